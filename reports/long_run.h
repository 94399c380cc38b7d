// Intervals of a single replication, by the batches of its own time (batch_means.h).
//
// The mean, availability and throughput are ratios of sums. A percentile x of p % is known as well
// as the share of requests up to x is: its interval goes from the percentile of p - h to that of
// p + h, where h is what the batches say of that share (Woodruff, "Confidence intervals for medians
// and other position measures", JASA 47, 1952; for simulations, with cycles instead of batches,
// Iglehart, "Simulating stable stochastic systems VI", JACM 23, 1976). So a batch need not be able
// to tell the percentile by itself.
#pragma once

#include "reports/summary.h"

namespace reports {

// Gives the summary of this recording its intervals, and says why where it can give none. Whatever
// happened only once is no matter of chance to a single run: with faults in it there is none at
// all.
void add_batch_intervals(Summary& summary, const sim::Recording& recording);

}  // namespace reports
