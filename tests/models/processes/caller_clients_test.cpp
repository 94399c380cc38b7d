// One client in each instance of a server that calls.
#include "models/processes/caller_clients.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/block_world.h"
#include "tests/support/fake_server.h"

namespace {

// Knows one node.
struct OneServer final : models::Directory {
    models::Node& node(std::string_view) const override { return server; }
    mutable support::FakeServer server{2};
};

struct NotedClient {
    models::CallerClient where;
};

}  // namespace

TEST_CASE("each instance has a client of its own, made with its first call") {
    support::BlockWorld world;
    const OneServer directory;
    models::World there{world.scheduler, world.recorder, {1, 0}, directory, {}};
    const models::Context context{there, "broker", world.context.meter};
    models::CallerClients<NotedClient> clients("shop", "publisher 3");
    std::uint32_t made = 0;
    const auto of = [&](std::uint32_t caller) -> NotedClient& {
        models::Request request;
        request.caller = caller;
        request.place = models::PlaceId{caller + 10};
        return clients.of(request, context, [&](const models::CallerClient& where) {
            ++made;
            return std::make_unique<NotedClient>(NotedClient{where});
        });
    };
    NotedClient& second = of(1);
    CHECK(second.where.name == "publisher 3 of shop[1]");
    CHECK(second.where.instance == 1);
    CHECK(second.where.process == &directory.server.all[1]);
    CHECK(second.where.place == models::PlaceId{11});
    CHECK(&of(1) == &second);
    CHECK(&of(0) != &second);
    CHECK(made == 2);
    // A caller that has no instances, a client say, never dies.
    CHECK(of(7).where.process == nullptr);

    std::vector<std::string> names;
    clients.for_each([&](const NotedClient& each) { names.push_back(each.where.name); });
    CHECK(names == std::vector<std::string>{"publisher 3 of shop[0]", "publisher 3 of shop[1]",
                                            "publisher 3 of shop[7]"});
}
