#include "models/arrivals/traces/trace_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/arrivals/traces/access_log.h"
#include "models/arrivals/traces/csv.h"
#include "models/arrivals/traces/fields.h"
#include "models/spec/declaration/spec.h"
#include "models/spec/documents/beside.h"

namespace models {

std::shared_ptr<const Trace> read_trace(std::string_view text, TraceError& error,
                                        std::size_t most) {
    auto trace = std::make_shared<Trace>();
    traces::Csv csv;
    traces::AccessLog log;
    bool is_log = false;
    bool has_begun = false;
    const char* const begin = text.data();
    while (!text.empty()) {
        ++error.line;
        error.offset = static_cast<std::size_t>(text.data() - begin);
        const std::string_view line = traces::trimmed(traces::take_until(text, '\n'));
        if (line.empty() || line.starts_with('#')) continue;
        if (trace->requests.size() == most) {
            error.message = fmt::format("more than {} requests", most);
            return nullptr;
        }
        if (!has_begun) {
            has_begun = true;
            is_log = traces::AccessLog::is_one(line);
            if (!is_log) {
                error.message = csv.read_header(line, *trace);
                error.hint =
                    "the first line names the columns: time, and any of key, user, address, "
                    "bytes, write, endpoint, work, worker, latency, backend, status; times may "
                    "end in their unit, as in time_us";
                if (!error.message.empty()) return nullptr;
                error.hint.clear();
                continue;
            }
        }
        error.message = is_log ? log.read(line, *trace) : csv.read(line, *trace);
        if (!error.message.empty()) return nullptr;
    }
    std::ranges::stable_sort(trace->requests, {}, &TracedRequest::at);
    if (trace->requests.empty()) error.message = "there is no request in it";
    return trace->requests.empty() ? nullptr : trace;
}

}  // namespace models

namespace models::spec {

bool Codec<TraceFile>::parse(const Cursor& cursor, TraceFile& out) {
    if (cursor.text() == nullptr) {
        return cursor.expected("a file beside the scenario", "write \"trace.csv\"");
    }
    const std::optional<Beside> file = read_beside(cursor);
    if (!file) return false;
    TraceError error;
    auto trace = read_trace(file->text, error);
    if (!trace) {
        file->complain(cursor, error.line, error.offset, error.message, error.hint);
        return false;
    }
    out = {*cursor.text(), std::move(trace)};
    return true;
}

Json Codec<TraceFile>::echo(const TraceFile& file) {
    return file.path;
}

Type Codec<TraceFile>::type(Types&) {
    return text_type("file beside the scenario", "");
}

}  // namespace models::spec
