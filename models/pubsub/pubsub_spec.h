// What can be said of a Redis server for Pub/Sub, and of who subscribes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/topics.h"

namespace models::pubsub {

// What it takes of a step that publishes to it (models/topics.h).
struct ChannelPublishing : RecordPublishing {
    static constexpr auto params() {
        using namespace spec;
        using Spec = ChannelPublishing;
        return std::tuple{param("request_timeout", &Spec::request_timeout, "As the step says.")};
    }
};

struct PubSubSpec {
    static constexpr std::string_view kind = "redis_pubsub";
    static constexpr std::string_view doc =
        "Redis Pub/Sub: a server that passes each message on to whoever is subscribed to its "
        "channel at that moment, and keeps none. Steps of servers publish to it (`publish`), and "
        "`redis_subscribers` subscribe.";
    std::vector<std::string> channels;
    sim::Duration command_time = std::chrono::microseconds(20);
    sim::Duration delivery_time = std::chrono::microseconds(5);
    sim::Bytes socket_buffer{std::uint64_t{256} << 10U};
    sim::Bytes output_buffer_hard_limit{std::uint64_t{32} << 20U};
    sim::Bytes output_buffer_soft_limit{std::uint64_t{8} << 20U};
    sim::Duration output_buffer_soft_time = std::chrono::seconds(60);
    sim::Duration reconnect_interval = std::chrono::seconds(1);
    InstancePrice price{};

    std::uint32_t instance_count() const { return 1; }
    Abilities suffers() const;
    void check(spec::Check& check) const {
        check.that(output_buffer_soft_limit.count <= output_buffer_hard_limit.count,
                   "output_buffer_soft_limit", "above the hard limit, which comes first",
                   "make it \"output_buffer_hard_limit\" at most");
    }

    static constexpr auto params() {
        using namespace spec;
        using Spec = PubSubSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto most = at_most(sim::Bytes{std::uint64_t{1} << 50U});
        return std::tuple{
            required("channels", &Spec::channels, not_empty(), "Channels, by name."),
            param("command_time", &Spec::command_time, none,
                  "Time of the server's one thread for a command. The default is an assumption."),
            param("delivery_time", &Spec::delivery_time, none,
                  "Further time of it for each subscriber that a message goes to. The default is "
                  "an assumption."),
            param("socket_buffer", &Spec::socket_buffer, above(sim::Bytes{0}), most,
                  "Bytes on the way to a subscriber, in both sockets' buffers, that it has not "
                  "read; more waits in its output buffer at the server. The default is an "
                  "assumption."),
            param("output_buffer_hard_limit", &Spec::output_buffer_hard_limit, above(sim::Bytes{0}),
                  most,
                  "A subscriber whose output buffer is larger is disconnected at once "
                  "(client-output-buffer-limit pubsub)."),
            param("output_buffer_soft_limit", &Spec::output_buffer_soft_limit, above(sim::Bytes{0}),
                  most, "One whose output buffer is larger than this for soft_time is, too."),
            param("output_buffer_soft_time", &Spec::output_buffer_soft_time,
                  above(sim::Duration::zero()), "How long an output buffer may be that large."),
            param("reconnect_interval", &Spec::reconnect_interval, above(sim::Duration::zero()),
                  "How long a client that was disconnected waits before it connects again."),
            param("price", &Spec::price,
                  "Price of the server by time, or its size in `prices.sizes`. Without it, that of "
                  "`instance_hours`.")};
    }
};

struct SubscribersSpec {
    static constexpr std::string_view kind = "redis_subscribers";
    static constexpr std::string_view doc =
        "Subscribers of a Redis Pub/Sub channel: each instance of a server has a connection, reads "
        "one message after the other and has it handled by an endpoint there.";
    spec::TakeRef channel;
    spec::CallRef handler;

    void check(spec::Check& check) const {
        check.that(!channel.endpoint.empty(), "channel", "it does not say which channel",
                   "write \"" + channel.node + ".CHANNEL\"");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = SubscribersSpec;
        return std::tuple{
            required("channel", &Spec::channel, "The channel: \"node.channel\"."),
            required("handler", &Spec::handler,
                     "The server whose instances subscribe, and its endpoint that handles a "
                     "message: \"node.endpoint\". It reads the next one when this is done.")};
    }
};

}  // namespace models::pubsub
