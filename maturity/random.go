package maturity

import "math/bits"

// splitMix is the generator SplitMix64: one addition and three mixings for each 64 bits,
// of period 2^64. Package math/rand is barred here, so that nothing can reach for chance;
// this draws the same numbers from the same seed for ever.
//
// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014, with the constants of S. Vigna's splitmix64.c, which is in the
// public domain (https://prng.di.unimi.it/splitmix64.c).
type splitMix uint64

func (s *splitMix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below draws a number from 0 to n-1. The high half of a product is uneven by n in 2^64,
// which nobody sees.
func (s *splitMix) below(n int) int {
	high, _ := bits.Mul64(s.next(), uint64(n))
	return int(high)
}
