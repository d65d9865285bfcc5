// Log-linear buckets; see histogram.h.

#include "histogram.h"

static unsigned bucket_of(uint64_t nanos) {
	if (nanos >= (uint64_t)1 << TOP_BIT)
		return BUCKETS - 1;
	if (nanos < 1u << SUB_BITS)
		return (unsigned)nanos;
	unsigned shift = 63u - (unsigned)__builtin_clzll(nanos) - SUB_BITS;
	return (shift << SUB_BITS) + (unsigned)(nanos >> shift);
}

static double middle_of(unsigned bucket) {
	if (bucket < 2u << SUB_BITS)
		return bucket;
	unsigned shift = (bucket >> SUB_BITS) - 1;
	uint64_t least = (uint64_t)(bucket - (shift << SUB_BITS)) << shift;
	return (double)least + (double)((uint64_t)1 << shift) / 2;
}

void record(struct histogram *histogram, uint64_t nanos) {
	histogram->counts[bucket_of(nanos)]++;
	histogram->total++;
	if (nanos > histogram->largest)
		histogram->largest = nanos;
}

void add_histogram(struct histogram *sum, const struct histogram *more) {
	for (int i = 0; i < BUCKETS; i++)
		sum->counts[i] += more->counts[i];
	sum->total += more->total;
	if (more->largest > sum->largest)
		sum->largest = more->largest;
}

double quantile(const struct histogram *histogram, double share) {
	uint64_t below = 0;
	for (unsigned i = 0; i < BUCKETS; i++) {
		below += histogram->counts[i];
		if (below > 0 && (double)below >= share * (double)histogram->total) {
			double middle = middle_of(i);
			double largest = (double)histogram->largest;
			return middle < largest && i < BUCKETS - 1 ? middle : largest;
		}
	}
	return 0;
}
