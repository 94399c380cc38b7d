// Access logs and flow logs, as balancers, gateways and networks write them.
//
// A run writes down what it saw (access.jsonl, flows.jsonl); the forms of others are made of that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/recording.h"

namespace reports {

// A line for each request that ended at a node whose log is kept, in the order in which they ended.
std::string access_jsonl(const sim::Recording& recording, std::int64_t starts_s);

// A line for each two ends, way, interval and fate.
std::string flows_jsonl(const sim::Recording& recording, std::int64_t starts_s);

// AWS's Application Load Balancer, all 29 fields: what is not modelled is "-". Its three times have
// milliseconds; its two timestamps, microseconds.
std::string alb_log(std::string_view access_jsonl);

// {"method": ..., "url": ..., "status": ..., "duration": "12.345ms", "userAgent": ..., "ip": ...,
// "timestamp": ...}: what an Express gateway's logging middleware writes when a response is out.
std::string gateway_log(std::string_view access_jsonl);

// AWS VPC flow logs, version 2. REJECT is what a firewall denied; who is not there, or does not
// answer, was an ACCEPT.
std::string vpc_flow_log(std::string_view flows_jsonl);

}  // namespace reports
