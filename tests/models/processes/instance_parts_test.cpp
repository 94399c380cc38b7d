// Parts of the instances of a server, as these come and go.
#include "models/processes/instance_parts.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/fake_server.h"

namespace {

// Writes down what it is told.
class ToldPart {
public:
    ToldPart(std::string& told, std::string name) : told_(told), name_(std::move(name)) {}
    void start() { told_ += name_ + " starts; "; }
    void leave() { told_ += name_ + " leaves; "; }
    void end() { told_ += name_ + " ends; "; }
    void dismiss() { told_ += name_ + " goes; "; }

private:
    std::string& told_;
    std::string name_;
};

// Without end(): no process waits for it.
class UnawaitedPart {
public:
    explicit UnawaitedPart(std::uint32_t& left) : left_(left) {}
    void start() {}
    void leave() { ++left_; }
    void dismiss() {}

private:
    std::uint32_t& left_;
};

struct PartsOfServer {
    explicit PartsOfServer(std::size_t instances) : server(instances) {}

    void start(std::uint32_t in_each) {
        parts.start(server, in_each,
                    [this](models::Instance&, std::uint32_t instance, std::uint32_t number) {
                        return std::make_unique<ToldPart>(told,
                                                          fmt::format("{}-{}", instance, number));
                    });
    }
    std::string tell() { return std::exchange(told, std::string()); }

    support::FakeServer server;
    std::string told;
    models::InstanceParts<ToldPart> parts;
};

}  // namespace

TEST_CASE("parts start in the instances that there are, and in those that join later") {
    PartsOfServer world(2);
    world.start(2);
    CHECK(world.tell() == "0-0 starts; 0-1 starts; 1-0 starts; 1-1 starts; ");
    world.server.join();
    CHECK(world.tell() == "2-0 starts; 2-1 starts; ");
    CHECK(world.parts.all().size() == 6);
    world.parts.dismiss();
    CHECK(world.tell() == "0-0 goes; 0-1 goes; 1-0 goes; 1-1 goes; 2-0 goes; 2-1 goes; ");
}

TEST_CASE("an instance that leaves and joins again has the parts that it had") {
    PartsOfServer world(2);
    world.start(1);
    world.tell();
    models::Instance& first = world.server.all.front();
    world.server.leave(first);
    world.server.end(first);
    world.server.join(first);
    CHECK(world.tell() == "0-0 leaves; 0-0 ends; 0-0 starts; ");
    CHECK(world.parts.all().size() == 2);
}

TEST_CASE("while they are stopped none starts, and then those whose instance is there") {
    PartsOfServer world(3);
    world.parts.stop();
    world.start(1);
    CHECK(world.tell().empty());
    world.parts.go_on();
    CHECK(world.tell() == "0-0 starts; 1-0 starts; 2-0 starts; ");

    world.parts.stop();
    CHECK(world.tell() == "0-0 leaves; 1-0 leaves; 2-0 leaves; ");
    world.server.leave(world.server.all[0]);
    world.server.leave(world.server.all[1]);
    world.server.join(world.server.all[1]);
    world.server.join();
    CHECK(world.tell() == "0-0 leaves; 1-0 leaves; ");
    world.parts.go_on();
    CHECK(world.tell() == "1-0 starts; 2-0 starts; 3-0 starts; ");
}

TEST_CASE("a part that no process waits for is not told of the end") {
    support::FakeServer server(1);
    std::uint32_t left = 0;
    models::InstanceParts<UnawaitedPart> parts;
    parts.start(server, 2, [&](models::Instance&, std::uint32_t, std::uint32_t) {
        return std::make_unique<UnawaitedPart>(left);
    });
    server.leave(server.all.front());
    server.end(server.all.front());
    CHECK(left == 2);
}
