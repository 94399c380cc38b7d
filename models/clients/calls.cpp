#include "models/clients/calls.h"

#include <fmt/format.h>

#include <set>

namespace models {

void check_calls(const ClientCalls& calls, spec::Check& check) {
    double total = 0;
    std::set<std::string> titles;
    for (const ClientCall& call : calls.list) {
        total += call.weight;
        check.that(titles.insert(call.title()).second, "calls",
                   fmt::format("two calls are called \"{}\"", call.title()),
                   "give one of them another \"name\"");
    }
    check.that(calls.list.empty() || total > 0, "calls", "all the weights are zero");
}

}  // namespace models

namespace models::spec {

namespace {

bool is_bare(const ClientCalls& calls) {
    if (calls.list.size() != 1) return false;
    ClientCall bare;
    bare.to = calls.list.front().to;
    return Codec<ClientCall>::echo(calls.list.front()) == Codec<ClientCall>::echo(bare);
}

}  // namespace

bool Codec<ClientCalls>::parse(const Cursor& cursor, ClientCalls& out) {
    if (cursor.is_list()) {
        if (cursor.elements().empty()) return cursor.problem("must not be empty");
        return Codec<std::vector<ClientCall>>::parse(cursor, out.list);
    }
    if (cursor.text() == nullptr) {
        return cursor.expected("a node's name or a list of calls",
                               "write \"shop.orders\", or [{\"to\": \"shop.orders\"}, ...]");
    }
    CallRef to;
    if (!Codec<CallRef>::parse(cursor, to)) return false;
    out = ClientCalls(to);
    return true;
}

Json Codec<ClientCalls>::echo(const ClientCalls& calls) {
    if (is_bare(calls)) return Codec<CallRef>::echo(calls.list.front().to);
    return Codec<std::vector<ClientCall>>::echo(calls.list);
}

Type Codec<ClientCalls>::type(Types& types) {
    Type list = Codec<std::vector<ClientCall>>::type(types);
    Type bare = Codec<CallRef>::type(types);
    list.schema = any_of({std::move(bare.schema), std::move(list.schema)});
    list.name = fmt::format("{}, or {}", bare.name, list.name);
    return list;
}

ClientCalls Codec<ClientCalls>::random(Random& random, const ClientCalls& around,
                                       const Limits<Unordered>&) {
    ClientCalls calls(random.node(Edge::kCall));
    if (random.one_in(2)) return calls;
    calls.list = Codec<std::vector<ClientCall>>::random(random, around.list, {});
    return calls.list.empty() ? ClientCalls(random.node(Edge::kCall)) : calls;
}

void Codec<ClientCalls>::visit(const ClientCalls& calls, const std::string& pointer,
                               const Visitor& visitor) {
    if (is_bare(calls)) {
        Codec<CallRef>::visit(calls.list.front().to, pointer, visitor);
    } else {
        Codec<std::vector<ClientCall>>::visit(calls.list, pointer, visitor);
    }
}

}  // namespace models::spec
