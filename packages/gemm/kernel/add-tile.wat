;; Adds the product of a packed 4-row panel of A and a packed 4-column panel of B to a 4 x 4 tile of float64 sums: for
;; every k, the column a[0..3] times the row b[0..3]. The tile stays in eight registers of two float64 each.
;; Compiled into src/add-tile-wasm.ts by `npm run build:kernel`.
(module
  (import "gemm" "memory" (memory 1))
  (func (export "addTile")
    (param $depth i32)  ;; number of k, at least 1
    (param $a i32)      ;; address of the panel of A: a[0..3] for each k
    (param $b i32)      ;; address of the panel of B: b[0..3] for each k
    (param $s i32)      ;; address of the tile's first sum
    (param $row i32)    ;; bytes from one row of sums to the next
    (local $end i32)
    (local $ai v128)    ;; a[i], twice
    (local $b01 v128) (local $b23 v128)
    (local $c0-01 v128) (local $c0-23 v128)
    (local $c1-01 v128) (local $c1-23 v128)
    (local $c2-01 v128) (local $c2-23 v128)
    (local $c3-01 v128) (local $c3-23 v128)
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $depth) (i32.const 5))))
    (loop $k
      (local.set $b01 (v128.load (local.get $b)))
      (local.set $b23 (v128.load offset=16 (local.get $b)))
      (local.set $ai (v128.load64_splat (local.get $a)))
      (local.set $c0-01 (f64x2.add (local.get $c0-01) (f64x2.mul (local.get $ai) (local.get $b01))))
      (local.set $c0-23 (f64x2.add (local.get $c0-23) (f64x2.mul (local.get $ai) (local.get $b23))))
      (local.set $ai (v128.load64_splat offset=8 (local.get $a)))
      (local.set $c1-01 (f64x2.add (local.get $c1-01) (f64x2.mul (local.get $ai) (local.get $b01))))
      (local.set $c1-23 (f64x2.add (local.get $c1-23) (f64x2.mul (local.get $ai) (local.get $b23))))
      (local.set $ai (v128.load64_splat offset=16 (local.get $a)))
      (local.set $c2-01 (f64x2.add (local.get $c2-01) (f64x2.mul (local.get $ai) (local.get $b01))))
      (local.set $c2-23 (f64x2.add (local.get $c2-23) (f64x2.mul (local.get $ai) (local.get $b23))))
      (local.set $ai (v128.load64_splat offset=24 (local.get $a)))
      (local.set $c3-01 (f64x2.add (local.get $c3-01) (f64x2.mul (local.get $ai) (local.get $b01))))
      (local.set $c3-23 (f64x2.add (local.get $c3-23) (f64x2.mul (local.get $ai) (local.get $b23))))
      (local.set $a (i32.add (local.get $a) (i32.const 32)))
      (local.set $b (i32.add (local.get $b) (i32.const 32)))
      (br_if $k (i32.lt_u (local.get $a) (local.get $end))))
    (v128.store (local.get $s) (f64x2.add (v128.load (local.get $s)) (local.get $c0-01)))
    (v128.store offset=16 (local.get $s) (f64x2.add (v128.load offset=16 (local.get $s)) (local.get $c0-23)))
    (local.set $s (i32.add (local.get $s) (local.get $row)))
    (v128.store (local.get $s) (f64x2.add (v128.load (local.get $s)) (local.get $c1-01)))
    (v128.store offset=16 (local.get $s) (f64x2.add (v128.load offset=16 (local.get $s)) (local.get $c1-23)))
    (local.set $s (i32.add (local.get $s) (local.get $row)))
    (v128.store (local.get $s) (f64x2.add (v128.load (local.get $s)) (local.get $c2-01)))
    (v128.store offset=16 (local.get $s) (f64x2.add (v128.load offset=16 (local.get $s)) (local.get $c2-23)))
    (local.set $s (i32.add (local.get $s) (local.get $row)))
    (v128.store (local.get $s) (f64x2.add (v128.load (local.get $s)) (local.get $c3-01)))
    (v128.store offset=16 (local.get $s) (f64x2.add (v128.load offset=16 (local.get $s)) (local.get $c3-23)))))
