// Rules of a layer-7 balancer: what a request is about says which node it goes to.
//
// The first rule that fits decides, as with the listener rules of AWS' application load balancer;
// what fits none goes to the pool's own targets. A rule's conditions all have to hold.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/context.h"
#include "models/keys/population.h"
#include "models/node.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct RuleSpec {
    static constexpr std::string_view name = "rule";
    static constexpr std::string_view doc = "A routing rule: which requests go to which node.";
    std::vector<std::string> paths;
    std::vector<std::string> segments;
    std::vector<std::string> locales;
    std::optional<bool> writes;
    std::vector<Network> networks;
    sim::Fraction share{1};
    bool sticky = false;
    spec::CallRef to;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("paths", &RuleSpec::paths,
                  "Applies if the path is one of these; a caller asks for it as \"front.PATH\". "
                  "Without any, whatever the path."),
            param("segments", &RuleSpec::segments,
                  "Applies if the user is of one of these segments (a header or a cookie says so). "
                  "Without any, whatever the segment."),
            param("locales", &RuleSpec::locales,
                  "Applies if the user's locale is one of these (Accept-Language). Without any, "
                  "whatever the locale."),
            param("writes", &RuleSpec::writes,
                  "Applies to writes only (true) or to reads only (false). Without it, to both."),
            param("networks", &RuleSpec::networks,
                  "Applies if the client's address is in one of these networks, as \"10.0.0.0/8\". "
                  "Without any, whatever the address."),
            param(
                "share", &RuleSpec::share,
                "Share of the matching requests to which the rule applies, by chance (a canary)."),
            param(
                "sticky", &RuleSpec::sticky,
                "Whether the share is of users, kept there by a cookie, rather than of requests."),
            required("to", &RuleSpec::to, "The node, or \"node.endpoint\".")};
    }
};

class Routes {
public:
    void connect(const std::vector<RuleSpec>& rules, const Context& context, const Node& own);

    // Names are the own targets' endpoints, and the paths of rules, which get ids from kFirst on.
    std::optional<EndpointId> endpoint(std::string_view name, const Node& own);
    static bool only_rules_know(EndpointId endpoint) { return endpoint >= kFirst; }

    struct Route {
        Service* to;
        EndpointId endpoint;
    };
    std::optional<Route> find(const Request& request);

    // Requests that each rule took.
    void begin_measuring();
    void report(sim::NodeRecord& record) const;

private:
    static constexpr EndpointId kFirst = 1u << 24;

    struct Rule {
        const RuleSpec* spec;
        Node* to;
        std::uint64_t stream;  // of its share
        std::vector<Words::Number> segments;
        std::vector<Words::Number> locales;
        std::uint64_t taken = 0;
    };
    bool fits(const Rule& rule, const Request& request, std::string_view path) const;

    std::map<EndpointId, std::string> paths_;  // that callers asked for
    EndpointId next_ = kFirst;
    std::vector<Rule> rules_;
};

}  // namespace models
