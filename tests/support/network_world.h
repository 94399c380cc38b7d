// A world with a network that is given as text, for tests of what travels on it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "models/blocks/block_service.h"
#include "models/network/hop.h"
#include "models/network/links.h"
#include "models/spec/declaration/spec.h"
#include "models/spec/json/document.h"
#include "tests/support/block_world.h"

namespace support {

inline models::NetworkSpec network_from(const std::string& text) {
    models::spec::Problems problems;
    const auto document = models::spec::read("network.json", text, problems);
    auto spec = models::spec::parse<models::NetworkSpec>(document, problems);
    REQUIRE_MESSAGE(problems.empty(), problems.render());
    return spec;
}

class NetworkWorld : public BlockWorld {
public:
    explicit NetworkWorld(const std::string& text, std::uint64_t seed = 1)
        : links(network_from(text), scheduler, {seed, 0}) {
        world.network = &links;
    }

    models::PlaceId place(std::string_view name) const { return *links.places().find(name); }
    models::Passage carry(const std::string& from, const std::string& to, std::uint32_t bytes = 0,
                          std::uint64_t key = 0) {
        return links.carry({place(from), place(to), bytes, key});
    }
    models::Link& link(const std::string& from, const std::string& to) {
        return links.between(place(from), place(to));
    }
    models::FaultId cut(const std::string& from, const std::string& to) {
        models::LinkFault fault{{place(from)}, {place(to)}, {}};
        fault.effect.cuts = true;
        return links.strike(fault);
    }

    models::Links links;
};

// Calls from one place to another, where each is answered at once.
class Calling {
public:
    Calling(NetworkWorld& at, const std::string& from, const std::string& to)
        : at_(at),
          hop_(at.context, {at.place(from), at.place(to)}),
          there_(*this),
          service_(at.world, &hop_) {
        hop_.link(&models::Return::block(), &there_);
        there_.link(&hop_, nullptr);
    }

    sim::Task<models::Response> call(std::uint64_t identity, std::uint32_t bytes = 0) {
        models::Request request;
        request.identity = identity;
        request.bytes = bytes;
        co_return co_await models::ask(at_.world, service_, request);
    }
    models::Service& service() { return service_; }

    models::Response answer;         // what it says
    std::vector<sim::Time> arrived;  // calls, there

private:
    class Over final : public models::Hop {
    public:
        Over(const models::Context& context, Ends ends)
            : Hop(context, &context.meter), ends_(ends) {}

    private:
        std::optional<Ends> ends_of(models::Call&) const override { return ends_; }
        Ends ends_;
    };
    class There final : public models::Block {
    public:
        explicit There(Calling& of) : of_(of) {}
        models::Go enter(models::Call& call) override {
            of_.arrived.push_back(of_.at_.scheduler.now());
            call.response = of_.answer;
            return back();
        }

    private:
        Calling& of_;
    };

    NetworkWorld& at_;
    Over hop_;
    There there_;
    models::BlockService service_;
};

}  // namespace support
