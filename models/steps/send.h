// {"send": "1.25MB"}: the answer's body is written to the network.
//
// The visit keeps its thread and its memory until the last byte has gone over the link to where its
// request came from: a server that sends faster than its network card fills up with answers.
#pragma once

#include <cstdint>

#include "models/servers/visit.h"
#include "models/steps/step.h"

namespace models {

struct SendStep {
    static constexpr std::string_view key = "send";
    static constexpr std::string_view doc =
        "Sends the answer's body over the network link to where the request came from, and holds "
        "the thread until it is through (a segment of video, a download). Without a `network` it "
        "takes no time.";
    spec::Distribution<sim::Bytes> value = spec::Constant<sim::Bytes>{sim::Bytes{1 << 20}};
    sim::Bytes window{256'000};
    std::string name;
    static constexpr auto body() {
        return spec::param("send", &SendStep::value, "Size of the body.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("window", &SendStep::window, at_least(sim::Bytes{1}),
                  "Most of the body that is on its way at a time (TCP's send window): what else "
                  "goes over the link comes in between."),
            name_param(&SendStep::name)};
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const;
    void inner(const auto&) const {}
};

// Of a visit whose steps may send its body: in its frame, above where it is (visit.h).
struct SentBody {
    std::uint32_t bytes = 0;
};
inline SentBody& sent_body(Call& call) {
    return call.in_frame<SentBody>(Call::room<Residence::State>());
}

// Whether the answer's body is sent by one of these, and whether that is so in a list that is no
// part of the visit itself (steps.cpp).
bool sends_body(const Steps& steps);
bool sends_aside(const Steps& steps);

}  // namespace models
