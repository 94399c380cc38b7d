#include "reports/traces/access.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "metrics/names.h"
#include "reports/traces/trace.h"
#include "reports/words/json_lines.h"
#include "sim/span.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

std::string dotted(std::uint32_t address) {
    return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                       address & 255);
}

// Nodes have none where there is no network.
std::string address_of(const sim::Flow::End& end) {
    return end.address == 0 ? std::string() : dotted(end.address);
}

// Endpoints are names, and rules' paths.
std::string path_of(const std::string& endpoint) {
    return endpoint.starts_with('/') ? endpoint : "/" + endpoint;
}

// 2024-01-01T00:00:12.345678Z
std::string timestamp(std::int64_t ns, int digits) {
    const std::int64_t second = ns / 1'000'000'000;
    const std::string whole = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::time_t{second}));
    const std::string part = fmt::format("{:09}", ns % 1'000'000'000);
    return whole + "." + part.substr(0, static_cast<std::size_t>(digits)) + "Z";
}

// Seconds with milliseconds, or -1 for what did not happen.
std::string seconds_or_not(bool happened, std::int64_t ns) {
    return happened ? fmt::format("{:.3f}", static_cast<double>(ns) / 1e9) : "-1";
}

}  // namespace

std::string access_jsonl(const sim::Recording& recording, std::int64_t starts_s) {
    if (!recording.observed) return {};
    const sim::Observed& observed = *recording.observed;
    TraceSet clock;
    clock.starts_s = starts_s;
    const auto unix_ns = [&](sim::Time time) {
        return clock.unix_ns(time.time_since_epoch().count());
    };
    std::string text;
    observed.accesses.for_each([&](const sim::AccessLine& access) {
        const std::string& node = recording.nodes[access.node].name;
        const auto& endpoints = observed.endpoints[access.node];
        const auto endpoint = endpoints.find(access.endpoint);
        Json json = {{"node", node},
                     {"instance", observed.instance_name(access.node, node, access.instance)},
                     {"received_unix_ns", unix_ns(access.arrived)},
                     {"ended_unix_ns", unix_ns(access.left)},
                     {"method", access.is_write ? "POST" : "GET"},
                     {"path", path_of(endpoint == endpoints.end() ? "" : endpoint->second)},
                     {"status", metrics::http_status(access.outcome,
                                                     sim::row_of(recording.causes, access.cause))},
                     {"client", dotted(access.address)},
                     {"user", access.user},
                     {"received_bytes", access.received},
                     {"sent_bytes", access.replied}};
        if (access.was_sent) {
            json["target"] = observed.names[access.target];
            json["sent_to_target_unix_ns"] = unix_ns(access.sent);
            json["target_answered_unix_ns"] = unix_ns(std::max(access.sent, access.answered));
        }
        if (access.cause != sim::Cause::none) {
            json["error"] = sim::row_of(recording.causes, access.cause).name;
        }
        if (access.span != 0) {
            const sim::Span& span = observed.spans[access.span - 1];
            const sim::TraceInfo& trace = observed.traces[span.trace];
            json["trace_id"] = fmt::format("{:016x}{:016x}", trace.high, trace.low);
        }
        text += json_line(json);
    });
    return text;
}

std::string flows_jsonl(const sim::Recording& recording, std::int64_t starts_s) {
    if (!recording.observed) return {};
    const sim::Observed& observed = *recording.observed;
    const double interval_s = sim::seconds(observed.flow_interval);
    std::string text;
    for (const sim::Flow& flow : observed.flows) {
        const double begin_s = interval_s * flow.interval;
        text +=
            json_line({{"from", observed.names[flow.from.name]},
                       {"to", observed.names[flow.to.name]},
                       {"is_answer", flow.is_answer},
                       {"source_address", address_of(flow.from)},
                       {"destination_address", address_of(flow.to)},
                       {"source_port", flow.from.port},
                       {"destination_port", flow.to.port},
                       {"start_unix_s", starts_s + static_cast<std::int64_t>(begin_s)},
                       {"end_unix_s", starts_s + static_cast<std::int64_t>(begin_s + interval_s)},
                       {"action", flow.accepted ? "ACCEPT" : "REJECT"},
                       {"packets", flow.packets},
                       {"bytes", flow.bytes}});
    }
    return text;
}

// docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
std::string alb_log(std::string_view access_jsonl) {
    std::string text;
    for_each_json_line<Json>(access_jsonl, [&](const Json& json) {
        const std::int64_t received = json.at("received_unix_ns");
        const std::int64_t ended = json.at("ended_unix_ns");
        const bool was_sent = json.contains("target");
        const std::int64_t sent = json.value("sent_to_target_unix_ns", received);
        const std::int64_t answered = json.value("target_answered_unix_ns", ended);
        const int status = json.at("status");
        const std::string target = json.value("target", "-");
        const std::string trace = json.value("trace_id", "");
        text += fmt::format(
            "http {} app/{}/0 {}:0 {} {} {} {} {} {} {} {} \"{} http://{}:80{} HTTP/1.1\" \"-\" - "
            "- - "
            "\"{}\" \"-\" \"-\" 0 {} \"forward\" \"-\" \"-\" \"{}\" \"{}\" \"-\" \"-\"\n",
            timestamp(ended, 6), json.at("node").get<std::string>(),
            json.at("client").get<std::string>(), target, seconds_or_not(was_sent, sent - received),
            seconds_or_not(was_sent, answered - sent), seconds_or_not(was_sent, ended - answered),
            status, was_sent ? std::to_string(status) : "-",
            json.at("received_bytes").get<std::uint64_t>(),
            json.at("sent_bytes").get<std::uint64_t>(), json.at("method").get<std::string>(),
            json.at("node").get<std::string>(), json.at("path").get<std::string>(),
            trace.empty() ? "-" : "Root=1-" + trace.substr(0, 8) + "-" + trace.substr(8),
            timestamp(received, 6), target, was_sent ? std::to_string(status) : "-");
    });
    return text;
}

std::string gateway_log(std::string_view access_jsonl) {
    std::string text;
    for_each_json_line<Json>(access_jsonl, [&](const Json& json) {
        const std::int64_t ended = json.at("ended_unix_ns");
        const std::int64_t received = json.at("received_unix_ns");
        text += json_line(
            {{"method", json.at("method")},
             {"url", json.at("path")},
             {"status", json.at("status")},
             {"duration", fmt::format("{:.3f}ms", static_cast<double>(ended - received) / 1e6)},
             {"userAgent", "spate"},
             {"ip", json.at("client")},
             {"timestamp", timestamp(ended, 3)}});
    });
    return text;
}

// docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: the default format, version 2. A
// call is one packet each way, as often as it is sent; the bytes are its own, without headers.
std::string vpc_flow_log(std::string_view flows_jsonl) {
    // Nodes without a network get addresses in the order in which they come.
    std::map<std::string, std::uint32_t> numbers;
    const auto address = [&](const Json& json, const char* known, const char* name) {
        const std::string own = json.at(known);
        if (!own.empty()) return own;
        const auto next = static_cast<std::uint32_t>(numbers.size() + 1);
        return dotted(10U << 24U | numbers.try_emplace(json.at(name), next).first->second);
    };
    const auto port = [](const Json& json, const char* name, bool is_called) {
        const int own = json.at(name);
        return own != 0 || !is_called ? own : 80;
    };
    std::string text =
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes "
        "start end action log-status\n";
    for_each_json_line<Json>(flows_jsonl, [&](const Json& json) {
        const bool is_answer = json.at("is_answer");
        const std::string from = address(json, "source_address", "from");
        const std::string to = address(json, "destination_address", "to");
        text += fmt::format(
            "2 000000000000 eni-{} {} {} {} {} 6 {} {} {} {} {} OK\n",
            json.at("from").get<std::string>(), from, to, port(json, "source_port", is_answer),
            port(json, "destination_port", !is_answer), json.at("packets").get<std::uint64_t>(),
            json.at("bytes").get<std::uint64_t>(), json.at("start_unix_s").get<std::int64_t>(),
            json.at("end_unix_s").get<std::int64_t>(), json.at("action").get<std::string>());
    });
    return text;
}

}  // namespace reports
