// What happened over time, for spreadsheets and plotting (RFC 4180).
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "reports/summary.h"
#include "sim/recording.h"

namespace reports {

// A text as a field: quoted when it has to be.
std::string csv_field(const std::string& text);

// replication, time_s, node, what, detail: faults and their ends, kills. A line for what they are,
// and then lines for each replication.
inline constexpr std::string_view kEventsCsv = "replication,time_s,node,what,detail\r\n";
std::string event_rows(const sim::Recording& recording);

// A line for each slice of time and node, warm-up included: time_s (where the slice begins), node,
// arrived, finished, succeeded, mean_ms, max_ms, p95_ms (as Prometheus would say: right to a
// bucket), and the numbers that nodes keep over time. There is no line where it would have nothing
// to say: no request arrived or ended, and the numbers are those of the node's line before.
void write_timeseries(std::ostream& out, const sim::Recording& recording);

// A line for each replication, with what run.json has intervals of, in its units: replication,
// availability, throughput_rps, mean_ms, p50_ms, p90_ms, p95_ms, p99_ms, p99_9_ms. Empty for a
// single one.
std::string replications_csv(const Summary& summary);

}  // namespace reports
