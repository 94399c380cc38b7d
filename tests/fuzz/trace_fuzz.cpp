// Any bytes as a trace: a CSV, or an access log. Either requests come of it, in order and of its
// own endpoints, and clients replay them, or it says what is wrong and where.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "models/arrivals/traces/trace_file.h"
#include "tests/fuzz/played.h"

namespace {

constexpr std::size_t kMost = 1000;

void check_trace(const models::Trace& trace, std::string_view input) {
    fuzz::claim(std::ranges::is_sorted(trace.requests, {}, &models::TracedRequest::at),
                "requests are in order of time", input);
    for (const models::TracedRequest& each : trace.requests) {
        fuzz::claim(each.at >= sim::Duration::zero() && each.work >= sim::Duration::zero(),
                    "no time is below zero", input);
        fuzz::claim(!trace.has_endpoint || each.endpoint < trace.endpoints.size(),
                    "an endpoint is one of the trace's", input);
    }
    fuzz::claim(!trace.is_measured() || trace.measured.size() == trace.requests.size(),
                "what is measured is measured of each request", input);
    for (const models::MeasuredRequest& each : trace.measured) {
        fuzz::claim(
            each.backend == models::TracedRequest::kNobody || each.backend < trace.backends.size(),
            "a backend is one of the trace's", input);
    }
}

// Scenarios name files, so there is one.
const std::string& trace_path() {
    static const std::string path =
        (std::filesystem::temp_directory_path() / ("trace_fuzz." + std::to_string(getpid())))
            .string();
    return path;
}

void replay(std::string_view input) {
    std::ofstream(trace_path(), std::ios::binary)
        .write(input.data(), static_cast<std::streamsize>(input.size()));
    models::ScenarioSource source;
    source.file = "fuzz.json";
    source.text = R"({"name": "a replay", "run": {"measure": "1min"}, "nodes": {
        "clients": {"kind": "open_loop", "calls": "web.get",
                    "arrivals": {"kind": "trace", "file": ")" +
                  trace_path() + R"(", "speed": 10, "spread": "1s"}},
        "web": {"kind": "server", "replicas": 2, "balancer": "random",
                "endpoints": {"get": [{"work": "1ms"}, {"call": "cache"}]}},
        "cache": {"kind": "cache", "calls": "db"},
        "db": {"kind": "database", "service_time": "2ms"}}})";
    source.lent = {trace_path()};
    fuzz::load_and_play(source);
    std::filesystem::remove(trace_path());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    models::TraceError error;
    const auto trace = models::read_trace(input, error, kMost);
    if (!trace) {
        fuzz::claim(!error.message.empty(), "who refuses a trace says why", input);
        fuzz::claim(error.offset <= input.size(), "a mistake is within the text", input);
        return 0;
    }
    check_trace(*trace, input);
    replay(input);
    return 0;
}
