// Requests that really came, from a file beside the scenario: a CSV, or a web server's access log.
//
// A CSV has a header that names its columns; `time`, in seconds, is the one it must have. A log is
// in the Common or Combined Log Format (Apache, nginx); its first line is at second 0.
//     time,key,user,address,bytes,write,endpoint
//     0.25,17,3,10.0.0.9,512,0,orders
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "sim/time.h"

namespace models {

struct TracedRequest {
    sim::Duration at{};
    std::uint64_t key = 0;
    std::uint32_t user = 0;
    std::uint32_t address = 0;
    std::uint32_t bytes = 0;
    std::uint16_t endpoint = 0;  // index among the trace's endpoints
    bool is_write = false;
};

struct Trace {
    // Which columns there are; the client's own law holds for the others.
    bool has_key = false, has_user = false, has_address = false, has_bytes = false,
         has_write = false, has_endpoint = false;
    std::vector<std::string> endpoints;
    std::vector<TracedRequest> requests;  // in order of time
};

// A trace that was read with the scenario that names it.
struct TraceFile {
    std::string path;  // as it is written
    std::shared_ptr<const Trace> trace;
};

// What is wrong with a trace's text, and where.
struct TraceError {
    std::size_t line = 0;    // from 1
    std::size_t offset = 0;  // of the line's first byte
    std::string message;
    std::string hint;
};

inline constexpr std::size_t kMostTraced = 1'000'000;

// None, with the reason.
std::shared_ptr<const Trace> read_trace(std::string_view text, TraceError& error);

}  // namespace models

namespace models::spec {

template <>
struct Codec<TraceFile> : Leaf<TraceFile> {
    static bool parse(const Cursor& cursor, TraceFile& out);
    static Json echo(const TraceFile& file);
    static Type type(Types& types);
    static TraceFile random(Random&, const TraceFile& around, const Limits<Unordered>&) {
        return around;
    }
};

}  // namespace models::spec
