// Requests that really came, from a file beside the scenario: a CSV, or a web server's access log.
//
// A CSV has a header that names its columns; `time` is the one it must have. Times are in seconds,
// or in the unit that ends the name: time_us, latency_ms. A log is in the Common or Combined Log
// Format (Apache, nginx); its first line is at second 0.
//     time,key,user,address,bytes,write,endpoint,work_ms,worker
//     0.25,17,3,10.0.0.9,512,0,orders,4.5,0
// What a recorded system did may stand beside what was asked of it: `latency`, `backend`, `status`,
// `attempts` and `wait` are read, and no run follows them.
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
    std::uint32_t endpoint = 0;  // index among the trace's endpoints
    bool is_write = false;
    std::uint32_t row = 0;           // its number in the file, from 0
    std::uint32_t worker = kNobody;  // of a pool's replicas, the one it came by
    sim::Duration work{};            // core time

    static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
};

// What a real system did with a request.
struct MeasuredRequest {
    sim::Duration latency{};
    std::uint32_t backend = TracedRequest::kNobody;  // index among the trace's backends
    std::uint32_t status = 0;                        // 0: nothing is said of it
};

struct Trace {
    // Which columns there are; the client's own law holds for the others.
    bool has_key = false, has_user = false, has_address = false, has_bytes = false,
         has_write = false, has_endpoint = false, has_work = false, has_worker = false,
         has_latency = false, has_backend = false, has_status = false;
    std::vector<std::string> endpoints;
    std::vector<std::string> backends;
    std::vector<TracedRequest> requests;    // in order of time
    std::vector<MeasuredRequest> measured;  // by row; empty: nothing was measured

    // Whether each request has to be found again where it goes.
    bool is_followed() const { return has_work || has_worker || is_measured(); }
    bool is_measured() const { return has_latency || has_backend || has_status; }
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

inline constexpr std::size_t kMostTraced = 10'000'000;

// None, with the reason.
std::shared_ptr<const Trace> read_trace(std::string_view text, TraceError& error,
                                        std::size_t most = kMostTraced);

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
