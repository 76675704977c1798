;; Sixteen characters of a text at a time, as UTF-16 units: where a recogniser may have to look, and where the normalised view may differ.
;;
;; Memory: the event table (events.ts), from 0x10000 on what each unit is (text-pass.ts), from 0x20000 on the places that were found, from
;; 0x120040 on the text, from 0x1b0000 on how values begin.
;; `npm run wasm` writes text-pass-module.ts from this.
(module
  (memory (export "memory") 28)
  (global $places i32 (i32.const 0x20000))

  ;; Places `from` to `last` with an event, in order: each as its offset, and its event 24 bits above. How many there are.
  ;; What stands before `from` is read, too: the first three places are the caller's.
  ;; Nothing is a function of its own, as a call costs more than what it would do.
  (func (export "places") (param $from i32) (param $last i32) (result i32)
    (local $at i32)
    (local $byte i32) ;; of the unit, from where the text is
    (local $out i32)
    (local $most v128)
    (local $c v128) ;; sixteen units as bytes; those above 255 as 255
    (local $digit v128)
    ;; One bit for each of the sixteen, from the fourth on; below are the three before them.
    (local $t i32) ;; letters of ASCII, digits and underscores: tokens
    (local $d i32) ;; digits
    (local $n i32) ;; beyond ASCII
    (local $b i32) ;; `(` and `{`
    (local $dots i32)
    (local $dashes i32)
    (local $found i32) ;; one bit for each: an event is possible
    (local $event i32)
    (local.set $out (global.get $places))
    (local.set $at (local.get $from))
    (local.set $most (i16x8.splat (i32.const 255)))
    (block $done
      (loop $all
        (br_if $done (i32.gt_s (local.get $at) (local.get $last)))
        (local.set $byte (i32.shl (local.get $at) (i32.const 1)))
        (local.set $c
          (i8x16.narrow_i16x8_u
            (i16x8.min_u (v128.load offset=0x120040 (local.get $byte)) (local.get $most))
            (i16x8.min_u (v128.load offset=0x120050 (local.get $byte)) (local.get $most))))
        (local.set $digit
          (i8x16.lt_u (i8x16.sub (local.get $c) (i8x16.splat (i32.const 0x30))) (i8x16.splat (i32.const 10))))
        (local.set $t
          (i32.or
            (i32.shr_u (local.get $t) (i32.const 16))
            (i32.shl
              (i8x16.bitmask
                (v128.or
                  (v128.or
                    (i8x16.lt_u
                      (i8x16.sub
                        (v128.or (local.get $c) (i8x16.splat (i32.const 0x20)))
                        (i8x16.splat (i32.const 0x61)))
                      (i8x16.splat (i32.const 26)))
                    (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5f))))
                  (local.get $digit)))
              (i32.const 3))))
        (local.set $d
          (i32.or
            (i32.shr_u (local.get $d) (i32.const 16))
            (i32.shl (i8x16.bitmask (local.get $digit)) (i32.const 3))))
        (local.set $n
          (i32.or
            (i32.shr_u (local.get $n) (i32.const 16))
            (i32.shl (i8x16.bitmask (local.get $c)) (i32.const 3))))
        (local.set $b
          (i32.or
            (i32.shr_u (local.get $b) (i32.const 16))
            (i32.shl
              (i8x16.bitmask
                (v128.or
                  (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x28)))
                  (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x7b)))))
              (i32.const 3))))
        (local.set $dots
          (i32.or
            (i32.shr_u (local.get $dots) (i32.const 16))
            (i32.shl
              (i8x16.bitmask (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x2e))))
              (i32.const 3))))
        (local.set $dashes
          (i32.or
            (i32.shr_u (local.get $dashes) (i32.const 16))
            (i32.shl
              (i8x16.bitmask (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x2d))))
              (i32.const 3))))
        ;; Shifted by 3, such a number is about the character itself, by 2 about the one before it, and so on.
        (local.set $found
          (i32.and
            (i32.const 0xffff)
            (i32.or
              (i32.or
                (i32.or
                  ;; A sign: `@`, `:`, `=` or `[`.
                  (i8x16.bitmask
                    (v128.or
                      (v128.or
                        (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x40)))
                        (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x3a))))
                      (v128.or
                        (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x3d)))
                        (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5b))))))
                  ;; The first of a group of digits.
                  (i32.and
                    (i32.shr_u (local.get $d) (i32.const 3))
                    (i32.xor (i32.shr_u (local.get $d) (i32.const 2)) (i32.const -1))))
                ;; What follows the first two characters of a token, or the only one.
                (i32.and
                  (i32.shr_u (local.get $t) (i32.const 2))
                  (i32.or
                    (i32.and
                      (i32.shr_u (local.get $t) (i32.const 1))
                      (i32.xor (local.get $t) (i32.const -1)))
                    (i32.xor
                      (i32.or
                        (i32.shr_u (local.get $t) (i32.const 3))
                        (i32.shr_u (local.get $t) (i32.const 1)))
                      (i32.const -1)))))
              (i32.or
                ;; Behind a bracket, or behind two dashes.
                (i32.or
                  (i32.shr_u (local.get $b) (i32.const 2))
                  (i32.and
                    (i32.shr_u (local.get $dashes) (i32.const 2))
                    (i32.shr_u (local.get $dashes) (i32.const 1))))
                (i32.or
                  ;; Behind a full stop between two tokens.
                  (i32.and
                    (i32.shr_u (local.get $dots) (i32.const 2))
                    (i32.and
                      (i32.shr_u (local.get $t) (i32.const 1))
                      (i32.shr_u (local.get $t) (i32.const 3))))
                  ;; Beyond ASCII, or near it.
                  (i32.or
                    (i32.or
                      (i32.shr_u (local.get $n) (i32.const 3))
                      (i32.shr_u (local.get $n) (i32.const 2)))
                    (i32.or (i32.shr_u (local.get $n) (i32.const 1)) (local.get $n))))))))
        (block $none
          (br_if $none (i32.eqz (local.get $found)))
          (loop $each
            (local.set $byte
              (i32.shl (i32.add (local.get $at) (i32.ctz (local.get $found))) (i32.const 1)))
            ;; The event table asked with the kinds of the four characters, as eventIndex does (kinds.ts).
            (local.set $event
              (i32.load8_u
                (i32.or
                  (i32.or
                    (i32.and
                      (i32.const 31)
                      (i32.load8_u offset=0x10000 (i32.load16_u offset=0x120040 (local.get $byte))))
                    (i32.shl
                      (i32.and
                        (i32.const 31)
                        (i32.load8_u offset=0x10000 (i32.load16_u offset=0x12003e (local.get $byte))))
                      (i32.const 5)))
                  (i32.or
                    (i32.shl
                      (i32.and
                        (i32.const 31)
                        (i32.load8_u offset=0x10000 (i32.load16_u offset=0x12003c (local.get $byte))))
                      (i32.const 10))
                    (i32.shl
                      (i32.ge_u
                        (i32.and
                          (i32.const 31)
                          (i32.load8_u offset=0x10000 (i32.load16_u offset=0x12003a (local.get $byte))))
                        (i32.const 6))
                      (i32.const 15))))))
            (i32.store (local.get $out)
              (i32.or
                (i32.shr_u (local.get $byte) (i32.const 1))
                (i32.shl (local.get $event) (i32.const 24))))
            ;; Without a branch, which would be guessed wrong: what is no event is written over.
            (local.set $out
              (i32.add (local.get $out) (i32.shl (i32.ne (local.get $event) (i32.const 0)) (i32.const 2))))
            (local.set $found
              (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
            (br_if $each (local.get $found))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $all)))
    (i32.shr_u (i32.sub (local.get $out) (global.get $places)) (i32.const 2)))

  ;; The first place from `from` on and before `end` whose unit the view may write differently and no blank follows, or -1.
  (func (export "special") (param $from i32) (param $end i32) (result i32)
    (local $at i32)
    (local $byte i32)
    (local $most v128)
    (local $c v128)
    (local $found i32)
    (local $place i32)
    (local.set $at (local.get $from))
    (local.set $most (i16x8.splat (i32.const 255)))
    (block $none
      (loop $all
        (br_if $none (i32.ge_s (local.get $at) (local.get $end)))
        (local.set $byte (i32.shl (local.get $at) (i32.const 1)))
        (local.set $c
          (i8x16.narrow_i16x8_u
            (i16x8.min_u (v128.load offset=0x120040 (local.get $byte)) (local.get $most))
            (i16x8.min_u (v128.load offset=0x120050 (local.get $byte)) (local.get $most))))
        ;; Beyond ASCII, `&`, `\`, `<` or `=`.
        (local.set $found
          (i8x16.bitmask
            (v128.or
              (v128.or
                (v128.or (local.get $c) (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x5c))))
                (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x26))))
              (v128.or
                (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x3c)))
                (i8x16.eq (local.get $c) (i8x16.splat (i32.const 0x3d)))))))
        (block $next
          (br_if $next (i32.eqz (local.get $found)))
          (loop $each
            (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $found))))
            (br_if $none (i32.ge_s (local.get $place) (local.get $end)))
            (local.set $byte (i32.shl (local.get $place) (i32.const 1)))
            (block $other
              (br_if $other
                (i32.lt_u
                  (i32.load8_u offset=0x10000 (i32.load16_u offset=0x120040 (local.get $byte)))
                  (i32.const 128)))
              (br_if $other
                (i32.and
                  (i32.lt_u (i32.load16_u offset=0x120040 (local.get $byte)) (i32.const 128))
                  (i32.eq (i32.load16_u offset=0x120042 (local.get $byte)) (i32.const 32))))
              (return (local.get $place)))
            (local.set $found
              (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
            (br_if $each (local.get $found))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $all)))
    (i32.const -1))

  ;; Places from `from` on and before `end` where one of the values may begin, by three characters: each value is in one of eight
  ;; sets, and tables say for each half of each of its characters in which sets it stands. How many there are.
  (func (export "beginnings") (param $from i32) (param $end i32) (result i32)
    (local $at i32)
    (local $byte i32)
    (local $out i32)
    (local $most v128)
    (local $c v128)
    (local $sets v128)
    (local $found i32)
    (local.set $out (global.get $places))
    (local.set $at (local.get $from))
    (local.set $most (i16x8.splat (i32.const 255)))
    (block $done
      (loop $all
        (br_if $done (i32.ge_s (local.get $at) (local.get $end)))
        (local.set $byte (i32.shl (local.get $at) (i32.const 1)))
        ;; The first of them: sets in which its lower half may stand, and its upper one.
        (local.set $c
          (i8x16.narrow_i16x8_u
            (i16x8.min_u (v128.load offset=0x120040 (local.get $byte)) (local.get $most))
            (i16x8.min_u (v128.load offset=0x120050 (local.get $byte)) (local.get $most))))
        (local.set $sets
          (v128.and
            
            (i8x16.swizzle
              (v128.load offset=0x1b0000 (i32.const 0))
              (v128.and (local.get $c) (i8x16.splat (i32.const 15))))
            (i8x16.swizzle
              (v128.load offset=0x1b0010 (i32.const 0))
              (i8x16.shr_u (local.get $c) (i32.const 4)))))
        ;; The second of them: sets in which its lower half may stand, and its upper one.
        (local.set $c
          (i8x16.narrow_i16x8_u
            (i16x8.min_u (v128.load offset=0x120042 (local.get $byte)) (local.get $most))
            (i16x8.min_u (v128.load offset=0x120052 (local.get $byte)) (local.get $most))))
        (local.set $sets
          (v128.and
            (v128.and (local.get $sets)
            (i8x16.swizzle
              (v128.load offset=0x1b0020 (i32.const 0))
              (v128.and (local.get $c) (i8x16.splat (i32.const 15)))))
            (i8x16.swizzle
              (v128.load offset=0x1b0030 (i32.const 0))
              (i8x16.shr_u (local.get $c) (i32.const 4)))))
        ;; The third of them: sets in which its lower half may stand, and its upper one.
        (local.set $c
          (i8x16.narrow_i16x8_u
            (i16x8.min_u (v128.load offset=0x120044 (local.get $byte)) (local.get $most))
            (i16x8.min_u (v128.load offset=0x120054 (local.get $byte)) (local.get $most))))
        (local.set $sets
          (v128.and
            (v128.and (local.get $sets)
            (i8x16.swizzle
              (v128.load offset=0x1b0040 (i32.const 0))
              (v128.and (local.get $c) (i8x16.splat (i32.const 15)))))
            (i8x16.swizzle
              (v128.load offset=0x1b0050 (i32.const 0))
              (i8x16.shr_u (local.get $c) (i32.const 4)))))
        (local.set $found
          (i8x16.bitmask (i8x16.ne (local.get $sets) (v128.const i32x4 0 0 0 0))))
        (block $none
          (br_if $none (i32.eqz (local.get $found)))
          (loop $each
            (i32.store (local.get $out) (i32.add (local.get $at) (i32.ctz (local.get $found))))
            (local.set $out (i32.add (local.get $out) (i32.const 4)))
            (local.set $found
              (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
            (br_if $each (local.get $found))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $all)))
    (i32.shr_u (i32.sub (local.get $out) (global.get $places)) (i32.const 2))))
