;; Products of one row of numbers, the query, with others. All are float32 and of `stride` bytes, a multiple of 64.
;; Sixteen sums run side by side, so that no addition waits for the one before.
;;
;; `npm run wasm` writes score-rows-module.ts from this.
(module
  (memory (export "memory") 1)
  (func (export "score")
    (param $list i32)   ;; uint32 each: numbers of the rows that are wanted
    (param $count i32)  ;; how many, at least one
    (param $rows i32)   ;; where row 0 begins
    (param $stride i32)
    (param $query i32)
    (param $scores i32) ;; float32 each, as many as are wanted
    (local $row i32)
    (local $at i32)
    (local $end i32)
    (local $a v128)
    (local $b v128)
    (local $c v128)
    (local $d v128)
    (local.set $end (i32.add (local.get $query) (local.get $stride)))
    (loop $wanted
      (local.set $row
        (i32.add (local.get $rows) (i32.mul (i32.load (local.get $list)) (local.get $stride))))
      (local.set $at (local.get $query))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (loop $numbers
        (local.set $a (f32x4.add (local.get $a)
          (f32x4.mul (v128.load (local.get $row)) (v128.load (local.get $at)))))
        (local.set $b (f32x4.add (local.get $b)
          (f32x4.mul (v128.load offset=16 (local.get $row)) (v128.load offset=16 (local.get $at)))))
        (local.set $c (f32x4.add (local.get $c)
          (f32x4.mul (v128.load offset=32 (local.get $row)) (v128.load offset=32 (local.get $at)))))
        (local.set $d (f32x4.add (local.get $d)
          (f32x4.mul (v128.load offset=48 (local.get $row)) (v128.load offset=48 (local.get $at)))))
        (local.set $row (i32.add (local.get $row) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $numbers (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $a (f32x4.add
        (f32x4.add (local.get $a) (local.get $b))
        (f32x4.add (local.get $c) (local.get $d))))
      (f32.store (local.get $scores) (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
        (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
      (local.set $scores (i32.add (local.get $scores) (i32.const 4)))
      (local.set $list (i32.add (local.get $list) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $wanted (local.get $count)))))
