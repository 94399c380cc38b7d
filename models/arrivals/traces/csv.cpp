#include "models/arrivals/traces/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/arrivals/traces/fields.h"
#include "models/spec/json/printable.h"

namespace models::traces {

namespace {

constexpr std::array<std::string_view, 14> kNames = {
    "time", "key",    "user",    "address", "bytes",  "write",    "endpoint",
    "work", "worker", "latency", "backend", "status", "attempts", "wait"};

struct Unit {
    std::string_view ending;
    int decimals;
};
constexpr std::array<Unit, 4> kColumnUnits = {Unit{"_s", 0}, Unit{"_ms", 3}, Unit{"_us", 6},
                                              Unit{"_ns", 9}};

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

std::string read_time(std::string_view field, int decimals, sim::Duration& out) {
    if (field.starts_with('-')) return "a time cannot be negative";
    const auto time = time_of_unit(field, decimals);
    if (!time) return no(field, "time of up to 366 days");
    out = *time;
    return {};
}

}  // namespace

std::uint32_t Csv::Labels::number_of(std::string_view label, std::vector<std::string>& all) {
    const auto next = static_cast<std::uint32_t>(all.size());
    const auto [found, is_new] = numbers.try_emplace(std::string(label), next);
    if (is_new) all.push_back(found->first);
    return found->second;
}

bool Csv::has(Name name) const {
    return std::ranges::find(columns_, name, &Column::name) != columns_.end();
}

// Its name, and the unit at its end if it is a time.
std::string Csv::add_column(std::string_view written) {
    const auto known = std::ranges::find(kNames, written);
    Column column{static_cast<Name>(known - kNames.begin()), 0};
    for (const Unit& unit : kColumnUnits) {
        if (known != kNames.end()) break;
        if (!written.ends_with(unit.ending)) continue;
        const std::string_view name = written.substr(0, written.size() - unit.ending.size());
        for (const Name each : {Name::time, Name::work, Name::latency, Name::wait}) {
            if (kNames[static_cast<std::size_t>(each)] == name) column = {each, unit.decimals};
        }
    }
    if (static_cast<std::size_t>(column.name) == kNames.size()) {
        return no(written, "column of a trace");
    }
    const std::string_view name = kNames[static_cast<std::size_t>(column.name)];
    if (has(column.name)) return fmt::format("there are two columns \"{}\"", name);
    columns_.push_back(column);
    return {};
}

std::string Csv::read_header(std::string_view line, Trace& trace) {
    while (!line.empty()) {
        if (std::string wrong = add_column(trimmed(take_until(line, ','))); !wrong.empty()) {
            return wrong;
        }
    }
    if (!has(Name::time)) return "there is no column \"time\"";
    trace.has_key = has(Name::key);
    trace.has_user = has(Name::user);
    trace.has_address = has(Name::address);
    trace.has_bytes = has(Name::bytes);
    trace.has_write = has(Name::write);
    trace.has_endpoint = has(Name::endpoint);
    trace.has_work = has(Name::work);
    trace.has_worker = has(Name::worker);
    trace.has_latency = has(Name::latency);
    trace.has_backend = has(Name::backend);
    trace.has_status = has(Name::status);
    return {};
}

std::string Csv::read(std::string_view line, Trace& trace) {
    const auto fields = static_cast<std::size_t>(std::ranges::count(line, ',')) + 1;
    if (fields != columns_.size()) {
        return fmt::format("{} fields, and the header has {}", fields, columns_.size());
    }
    TracedRequest request;
    MeasuredRequest measured;
    for (const Column& column : columns_) {
        const std::string_view field = trimmed(take_until(line, ','));
        std::string wrong = read_field(column, field, trace, request, measured);
        if (!wrong.empty()) return wrong;
    }
    request.row = static_cast<std::uint32_t>(trace.requests.size());
    trace.requests.push_back(request);
    if (trace.is_measured()) trace.measured.push_back(measured);
    return {};
}

std::string Csv::read_field(Column column, std::string_view field, Trace& trace,
                            TracedRequest& request, MeasuredRequest& measured) {
    constexpr std::uint64_t kMost32 = ~std::uint32_t{0};
    switch (column.name) {
        case Name::time:
            return read_time(field, column.decimals, request.at);
        case Name::work:
            return read_time(field, column.decimals, request.work);
        case Name::latency:
            return read_time(field, column.decimals, measured.latency);
        case Name::key:
            return read_whole(field, "whole number", ~std::uint64_t{0}, request.key);
        case Name::user:
            return read_whole(field, "whole number below 2^32", kMost32, request.user);
        case Name::bytes:
            return read_whole(field, "number of bytes below 2^32", kMost32, request.bytes);
        case Name::address: {
            const auto address = ipv4(field);
            if (!address) return no(field, "IPv4 address");
            request.address = *address;
            return {};
        }
        case Name::write:
            request.is_write = field == "1";
            return field == "0" || field == "1" ? "" : no(field, "0 or 1");
        case Name::endpoint:
            request.endpoint = endpoints_.number_of(field, trace.endpoints);
            return {};
        case Name::worker:
            return read_whole(field, "number of a worker, from 0", 999, request.worker);
        case Name::backend:
            if (!field.empty() && field != "-") {
                measured.backend = backends_.number_of(field, trace.backends);
            }
            return {};
        case Name::status:
            return read_whole(field, "HTTP status, 0 to 599", 599, measured.status);
        // Nothing is made of these.
        case Name::attempts:
        case Name::wait:
            return {};
    }
    return {};
}

}  // namespace models::traces
