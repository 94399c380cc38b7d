// What clients ask for: one endpoint, or several, each as often as its weight says.
//
//     "calls": "shop.orders"
//     "calls": [{"to": "shop.orders", "weight": 30, "writes": "20%"}, {"to": "shop.users"}]
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

struct ClientCall {
    static constexpr std::string_view type_name = "client_call";
    static constexpr std::string_view doc = "One of the calls that clients make.";
    spec::CallRef to;
    std::string name;
    double weight = 1;
    sim::Fraction writes{};
    spec::Distribution<sim::Bytes> bytes;
    spec::Distribution<sim::Bytes> answer;
    std::int32_t priority = 0;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("to", &ClientCall::to, "The node, or \"node.endpoint\"."),
                          param("name", &ClientCall::name,
                                "Name in the results. Without one, the endpoint's or the node's."),
                          param("weight", &ClientCall::weight, at_least(0.0), at_most(1e9),
                                "Weight of this call against the others'."),
                          param("writes", &ClientCall::writes, "Share of requests that write."),
                          param("bytes", &ClientCall::bytes, "Size of a request's body."),
                          param("answer", &ClientCall::answer,
                                "Size of an answer's body, where the service does not set it."),
                          param("priority", &ClientCall::priority, at_least(-1000), at_most(1000),
                                "Priority of the requests: higher goes first in queues with "
                                "priorities. With 0 (the default) the user segment's applies.")};
    }

    std::string title() const {
        if (!name.empty()) return name;
        return to.endpoint.empty() ? to.node : to.endpoint;
    }
};

// A single call with nothing to say about it is written as the bare name.
struct ClientCalls {
    std::vector<ClientCall> list;

    ClientCalls() = default;
    ClientCalls(const spec::NodeRef& to) : list(1) {
        list.front().to.node = to.node;
        list.front().to.endpoint = to.endpoint;
    }
};

// Weights that add up, and titles that differ.
void check_calls(const ClientCalls& calls, spec::Check& check);

}  // namespace models

namespace models::spec {

template <>
struct Codec<ClientCalls> {
    static bool parse(const Cursor& cursor, ClientCalls& out);
    static Json echo(const ClientCalls& calls);
    static Type type(Types& types);
    static ClientCalls random(Random& random, const ClientCalls& around,
                              const Limits<Unordered>& limits);
    static void visit(const ClientCalls& calls, const std::string& pointer, const Visitor& visitor);
};

}  // namespace models::spec
