// Histogram of nanoseconds in log-linear buckets: below 2^SUB_BITS one bucket per value, above it
// 2^SUB_BITS buckets per power of two, so that a bucket is at most 1/128 of its value wide and its
// middle off by 0.4 %. It is of fixed size and allocates nothing.
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { SUB_BITS = 7, TOP_BIT = 40, BUCKETS = (TOP_BIT - SUB_BITS + 1) << SUB_BITS };

struct histogram {
	uint64_t total;
	uint64_t largest; // exact
	uint64_t counts[BUCKETS];
};

void record(struct histogram *histogram, uint64_t nanos);
void add_histogram(struct histogram *sum, const struct histogram *more);

// The value that the share (0 to 1) of the records does not exceed; 0 of an empty histogram.
double quantile(const struct histogram *histogram, double share);

#endif
