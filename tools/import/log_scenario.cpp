#include "tools/import/log_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "tools/import/arrival_law.h"
#include "tools/import/commented.h"
#include "tools/import/law_notation.h"
#include "tools/import/logged_rate.h"
#include "tools/import/notes.h"
#include "tools/import/promises.h"
#include "tools/import/trace_names.h"
#include "tools/import/trace_steps.h"

namespace tools::imports {

namespace {

using models::spec::Json;

constexpr std::uint32_t kClientsFault = 400;
constexpr std::uint32_t kServersFault = 500;
constexpr std::uint32_t kClientLeft = 499;  // nginx: the client closed the connection

// What is logged of an endpoint.
struct EndpointLog {
    std::string name;
    std::vector<double> seconds{};
    std::uint64_t bytes = 0;
    std::size_t failed = 0;
    std::size_t refused = 0;
    std::size_t left = 0;
};

class LogScenarioMaker {
public:
    LogScenarioMaker(const LoggedRequests& log, System& system) : log_(log), system_(system) {
        std::set<std::string> taken;
        for (const LoggedEndpoint& each : log_.endpoints) {
            std::string name = short_name(each.name);
            for (int i = 2; !taken.insert(name).second; ++i) {
                name = fmt::format("{}_{}", short_name(each.name), i);
            }
            endpoints_.push_back({std::move(name)});
        }
        for (const LoggedRequest& each : log_.requests) add(each);
        tell_refused();
    }

    MadeLogScenario make(const std::string& name, const std::string& schema,
                         const std::string& beside) {
        Json nodes = Json::Object{};
        nodes.put("clients", clients(beside));
        nodes.put("server", server());
        Json scenario = Json::Object{};
        if (!schema.empty()) scenario.put("$schema", schema);
        scenario.put("name", name);
        scenario.put("about", "Imported from an access log.");
        scenario.put("run", run());
        scenario.put("nodes", std::move(nodes));
        notes_.comments["/expect"] = {"What must hold; change it to what you promise."};
        scenario.put("expect", Json::List{availability_kept(log_.requests.size(), failed_)});
        notes_.comments[""] = {fmt::format(
            "Written by spate import of {} requests. {} things that the log does not say are "
            "marked GAP: each has a placeholder, so that it plays as it is, and says what would "
            "measure it.",
            log_.requests.size(), notes_.gaps)};
        MadeLogScenario made;
        made.scenario = {commented_text(scenario, notes_.comments), 2, notes_.gaps};
        if (!beside.empty()) made.requests = requests_csv();
        return made;
    }

private:
    void add(const LoggedRequest& request) {
        EndpointLog& endpoint = endpoints_[request.endpoint];
        endpoint.bytes += request.bytes;
        if (request.seconds) endpoint.seconds.push_back(*request.seconds);
        if (request.status == kClientLeft) {
            ++endpoint.left;
        } else if (request.status >= kServersFault) {
            ++endpoint.failed;
            ++failed_;
        } else if (request.status >= kClientsFault) {
            ++endpoint.refused;
        }
    }

    void tell_refused() {
        std::size_t refused = 0;
        std::size_t left = 0;
        for (const EndpointLog& each : endpoints_) {
            refused += each.refused;
            left += each.left;
        }
        if (refused > 0) {
            system_.leave_out(log_.place, fmt::format("answers 400 to 498 ({})", refused),
                              "they are answers like others: no fault of the server's");
        }
        if (left > 0) {
            system_.leave_out(log_.place, fmt::format("answers 499 ({})", left),
                              "clients that gave up: give the clients a timeout (policies)");
        }
    }

    double length() const { return log_.requests.back().second + 1; }

    Json run() const {
        Json json = Json::Object{};
        const bool is_steady = !is_replayed_ && !changes_;
        json.put("warm_up", is_steady ? "30s" : "0s");
        json.put("measure", is_steady ? "5min" : short_duration(std::ceil(length())));
        return json;
    }

    // Clients.

    Json clients(const std::string& beside) {
        std::vector<double> times;
        for (const LoggedRequest& each : log_.requests) times.push_back(each.second);
        const LoggedRate rate = logged_rate(times);
        Json node = Json::Object{};
        node.put("kind", "open_loop");
        is_replayed_ = !beside.empty();
        changes_ = !rate.stages.is_null();
        if (is_replayed_) {
            replay(beside, rate, node);
        } else {
            follow_law(rate, node);
        }
        node.put("calls", calls());
        return node;
    }

    void replay(const std::string& beside, const LoggedRate& rate, Json& node) {
        notes_.note("/nodes/clients/arrivals",
                    "The logged requests themselves, with their bursts and quiet times, since the "
                    "log says when each came; to the second, within which they are spread. A law "
                    "instead, for other rates: leave out --out. " +
                        rate.said + ".");
        node.put("arrivals",
                 Json::Object{{"kind", "trace", {}}, {"file", beside, {}}, {"spread", "1s", {}}});
    }

    void follow_law(const LoggedRate& rate, Json& node) {
        if (rate.per_second > 0) {
            notes_.note("/nodes/clients/rate", rate.said +
                                                   ". With --out the requests themselves "
                                                   "are replayed.");
        } else {
            notes_.gap("/nodes/clients/rate", "rate", "1/s is a placeholder: a second has none.");
        }
        node.put("rate", rate.per_second > 0 ? rate_text(rate.per_second) : "1/s");
        if (!rate.stages.is_null()) node.put("stages", rate.stages);
        if (!rate.arrivals.is_null()) node.put("arrivals", rate.arrivals);
    }

    Json calls() {
        Json::List list;
        for (std::size_t i = 0; i < endpoints_.size(); ++i) {
            const LoggedEndpoint& logged = log_.endpoints[i];
            Json call = Json::Object{};
            call.put("to", "server." + endpoints_[i].name);
            call.put("name", endpoints_[i].name);
            call.put("weight", logged.requests);
            if (logged.is_write) call.put("writes", "100%");
            const std::uint64_t bytes =
                endpoints_[i].bytes / std::max<std::size_t>(1, logged.requests);
            if (bytes > 0) call.put("answer", fmt::format("{}B", bytes));
            list.push_back(std::move(call));
        }
        notes_.note("/nodes/clients/calls",
                    "How often each was asked for, and the mean size of its answers.");
        return list;
    }

    // The server.

    Json server() {
        notes_.gap(
            "/nodes/server", "what it is",
            "the log tells of a server's answers, not of what is behind it. Traces tell more "
            "(spate import traces.json).");
        Json json = Json::Object{};
        json.put("kind", "server");
        const bool is_timed = log_.timed > 0;
        if (is_timed) {
            notes_.gap("/nodes/server/endpoints", "request times",
                       "they are waited for as logged, whatever the load: nothing says what of "
                       "them is work, on how many cores, and what is waiting.");
            json.put("threads", 100'000);
        } else {
            notes_.gap("/nodes/server/cores", "cores", "8 is a placeholder (nproc).");
            json.put("cores", 8);
            notes_.gap("/nodes/server/endpoints", "service time",
                       "5ms of a core is a placeholder. Measure: log $request_time (nginx) or %D "
                       "(Apache), and import again.");
        }
        Json endpoints = Json::Object{};
        for (std::size_t i = 0; i < endpoints_.size(); ++i) {
            endpoints.put(endpoints_[i].name, steps(i, is_timed));
        }
        json.put("endpoints", std::move(endpoints));
        return json;
    }

    Json steps(std::size_t number, bool is_timed) {
        const EndpointLog& endpoint = endpoints_[number];
        const LoggedEndpoint& logged = log_.endpoints[number];
        const std::string at = "/nodes/server/endpoints/" + endpoint.name;
        Json::List steps;
        if (!endpoint.seconds.empty()) {
            const NotedLaw law = noted_law(endpoint.seconds, log_.is_apache_time ? 1e-6 : 1e-3);
            notes_.note(at,
                        fmt::format("\"{}\", {}{}.", logged.name, law.said,
                                    log_.is_apache_time ? "; microseconds, as Apache's %D" : ""));
            steps.push_back(Json::Object{{"wait", law.json, {}}});
        } else {
            notes_.note(at, fmt::format("\"{}\".", logged.name));
            steps.push_back(
                Json::Object{{is_timed ? "wait" : "work",
                              Json::Object{{"kind", "exponential", {}}, {"mean", "5ms", {}}},
                              {}}});
        }
        if (endpoint.failed > 0) {
            const double share =
                static_cast<double>(endpoint.failed) / static_cast<double>(logged.requests);
            steps.push_back(Json::Object{{"fail", share_text(share), {}}});
        }
        return steps;
    }

    std::string requests_csv() const {
        std::string text = "time,endpoint,user\n";
        for (const LoggedRequest& each : log_.requests) {
            fmt::format_to(std::back_inserter(text), "{:.0f},{},{}\n", each.second,
                           endpoints_[each.endpoint].name, each.user);
        }
        return text;
    }

    const LoggedRequests& log_;
    System& system_;
    std::vector<EndpointLog> endpoints_;
    std::size_t failed_ = 0;
    bool is_replayed_ = false;
    bool changes_ = false;
    Notes notes_;
};

}  // namespace

MadeLogScenario make_log_scenario(const LoggedRequests& log, System& system,
                                  const std::string& name, const std::string& schema,
                                  const std::string& beside) {
    return LogScenarioMaker(log, system).make(name, schema, beside);
}

}  // namespace tools::imports
