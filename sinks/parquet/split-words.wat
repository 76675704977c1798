;; The bytes of 32-bit words side by side: all first ones, then all second ones, and so on.
;;
;; `npm run wasm` writes split-words-module.ts from this.
(module
  (memory (export "memory") 1)
  (func (export "split")
    (param $from i32)
    (param $groups i32) ;; of 16 words, at least one
    (param $to i32)
    (param $size i32)   ;; from where the first bytes lie to where the second ones do, and so on
    (local $second i32)
    (local $third i32)
    (local $fourth i32)
    (local $a v128)
    (local $b v128)
    (local $c v128)
    (local $d v128)
    (local $low v128)
    (local $high v128)
    (local.set $second (i32.add (local.get $to) (local.get $size)))
    (local.set $third (i32.add (local.get $second) (local.get $size)))
    (local.set $fourth (i32.add (local.get $third) (local.get $size)))
    (loop $all
      (local.set $a (v128.load (local.get $from)))
      (local.set $b (v128.load offset=16 (local.get $from)))
      (local.set $c (v128.load offset=32 (local.get $from)))
      (local.set $d (v128.load offset=48 (local.get $from)))
      ;; First bytes of eight words, then second ones.
      (local.set $low (i8x16.shuffle 0 4 8 12 16 20 24 28 1 5 9 13 17 21 25 29
        (local.get $a) (local.get $b)))
      (local.set $high (i8x16.shuffle 0 4 8 12 16 20 24 28 1 5 9 13 17 21 25 29
        (local.get $c) (local.get $d)))
      (v128.store (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high)))
      (v128.store (local.get $second)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high)))
      ;; The same of third and fourth ones.
      (local.set $low (i8x16.shuffle 2 6 10 14 18 22 26 30 3 7 11 15 19 23 27 31
        (local.get $a) (local.get $b)))
      (local.set $high (i8x16.shuffle 2 6 10 14 18 22 26 30 3 7 11 15 19 23 27 31
        (local.get $c) (local.get $d)))
      (v128.store (local.get $third)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high)))
      (v128.store (local.get $fourth)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high)))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (local.set $second (i32.add (local.get $second) (i32.const 16)))
      (local.set $third (i32.add (local.get $third) (i32.const 16)))
      (local.set $fourth (i32.add (local.get $fourth) (i32.const 16)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $all (local.get $groups)))))
