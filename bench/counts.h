/* Counts times in buckets, so that many of them take little memory, and those of several processes can be added. */
#include <stdint.h>
#include <stdio.h>

enum { FINE = 7, BUCKETS = 26 << FINE };

/* Counts microseconds. A bucket is less than 1 % wide: of larger numbers the last bits are left out. */
static void count(long *buckets, double seconds) {
    uint32_t us = seconds <= 0 ? 0 : seconds < 4e3 ? (uint32_t)(seconds * 1e6) : UINT32_MAX;
    int left_out = us >> (FINE + 1) ? 31 - FINE - __builtin_clz(us) : 0;
    buckets[(left_out << FINE) + (int)(us >> left_out)]++;
}

/* Prints pairs: the microseconds in the middle of a bucket, and how often they were counted. */
static void print_counts(const char *name, const long *buckets) {
    const char *between = "";
    printf(",\"%s\":[", name);
    for (int i = 0; i < BUCKETS; i++) {
        if (!buckets[i]) continue;
        int left_out = i >> (FINE + 1) ? (i >> FINE) - 1 : 0;
        printf("%s[%ld,%ld]", between, ((long)(i - (left_out << FINE)) << left_out) + (1L << left_out) / 2, buckets[i]);
        between = ",";
    }
    printf("]");
}
