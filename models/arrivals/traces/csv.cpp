#include "models/arrivals/traces/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/arrivals/traces/fields.h"
#include "models/spec/json/printable.h"

namespace models::traces {

namespace {

constexpr std::array<std::string_view, 7> kNames = {"time",  "key",   "user",    "address",
                                                    "bytes", "write", "endpoint"};
constexpr std::size_t kMostEndpoints = 1000;

std::string no(std::string_view field, std::string_view what) {
    return fmt::format("{} is no {}", spec::in_quotes(std::string(field.substr(0, 40))), what);
}

template <class T>
std::string read_whole(std::string_view field, std::string_view what, std::uint64_t most, T& out) {
    const auto value = whole_number(field);
    if (!value || *value > most) return no(field, what);
    out = static_cast<T>(*value);
    return {};
}

}  // namespace

std::string Csv::read_header(std::string_view line, Trace& trace) {
    while (!line.empty()) {
        const std::string_view name = trimmed(take_until(line, ','));
        const auto known = std::ranges::find(kNames, name);
        if (known == kNames.end()) return no(name, "column of a trace");
        const auto column = static_cast<Column>(known - kNames.begin());
        if (std::ranges::find(columns_, column) != columns_.end()) {
            return fmt::format("there are two columns \"{}\"", name);
        }
        columns_.push_back(column);
    }
    const auto has = [&](Column column) {
        return std::ranges::find(columns_, column) != columns_.end();
    };
    if (!has(Column::time)) return "there is no column \"time\"";
    trace.has_key = has(Column::key);
    trace.has_user = has(Column::user);
    trace.has_address = has(Column::address);
    trace.has_bytes = has(Column::bytes);
    trace.has_write = has(Column::write);
    trace.has_endpoint = has(Column::endpoint);
    return {};
}

std::string Csv::read(std::string_view line, Trace& trace) {
    const auto fields = static_cast<std::size_t>(std::ranges::count(line, ',')) + 1;
    if (fields != columns_.size()) {
        return fmt::format("{} fields, and the header has {}", fields, columns_.size());
    }
    TracedRequest request;
    for (const Column column : columns_) {
        const std::string_view field = trimmed(take_until(line, ','));
        std::string wrong = read_field(column, field, trace, request);
        if (!wrong.empty()) return wrong;
    }
    trace.requests.push_back(request);
    return {};
}

std::string Csv::read_field(Column column, std::string_view field, Trace& trace,
                            TracedRequest& request) {
    constexpr std::uint64_t kMost32 = ~std::uint32_t{0};
    switch (column) {
        case Column::time: {
            if (field.starts_with('-')) return "a time cannot be negative";
            const auto at = seconds_of(field);
            if (!at) return no(field, "time in seconds, up to 366 days");
            request.at = *at;
            return {};
        }
        case Column::key:
            return read_whole(field, "whole number", ~std::uint64_t{0}, request.key);
        case Column::user:
            return read_whole(field, "whole number below 2^32", kMost32, request.user);
        case Column::bytes:
            return read_whole(field, "number of bytes below 2^32", kMost32, request.bytes);
        case Column::address: {
            const auto address = ipv4(field);
            if (!address) return no(field, "IPv4 address");
            request.address = *address;
            return {};
        }
        case Column::write:
            request.is_write = field == "1";
            return field == "0" || field == "1" ? "" : no(field, "0 or 1");
        case Column::endpoint: {
            const auto known = std::ranges::find(trace.endpoints, field);
            request.endpoint = static_cast<std::uint16_t>(known - trace.endpoints.begin());
            if (known != trace.endpoints.end()) return {};
            if (trace.endpoints.size() == kMostEndpoints) return "more than 1000 endpoints";
            trace.endpoints.emplace_back(field);
            return {};
        }
    }
    return {};
}

}  // namespace models::traces
