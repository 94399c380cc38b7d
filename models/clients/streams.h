// Byte streams: viewers of videos, who fetch segment after segment at the bit rate they watch.
//
// A viewer arrives, fetches segments until so much is buffered, and then one for each that is
// played; when the buffer runs dry the picture stands still until the next segment is there
// (rebuffering). Latencies are those of the segments' requests; a segment's bytes then take their
// time on the viewer's own line. Volumes are decimal: 10 TB a day is 10^13 bytes / 86,400 s, or
// 0.926 Gbit/s.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/clients/client.h"
#include "models/node.h"
#include "sim/alias_table.h"

namespace models {

struct Rendition {
    static constexpr std::string_view name = "rendition";
    static constexpr std::string_view doc = "A bit rate that a video is offered at.";
    Bitrate bitrate{5e6};
    double weight = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("bitrate", &Rendition::bitrate, "Bits a second of video."),
                          param("weight", &Rendition::weight, at_least(0.0), at_most(1e9),
                                "Weight: number of viewers, against the others.")};
    }
};

class Streams final : public Node {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "streams";
        static constexpr std::string_view doc =
            "Video streaming: viewers who fetch segments at a bit rate, traffic by bytes rather "
            "than requests.";
        sim::Bytes volume_per_day{};
        sim::Rate viewers{};
        std::vector<Rendition> renditions = {{}};
        spec::Distribution<sim::Duration> watch =
            spec::Exponential<sim::Duration>{std::chrono::minutes(10)};
        sim::Duration segment = std::chrono::seconds(4);
        sim::Duration buffer = std::chrono::seconds(30);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{param("volume_per_day", &Spec::volume_per_day,
                                 "Bytes of video streamed a day, from which the rate of new "
                                 "viewers follows."),
                           param("viewers", &Spec::viewers, at_least(0.0), at_most(1e9),
                                 "Rate of viewers who begin to watch, instead of volume_per_day."),
                           param("renditions", &Spec::renditions, not_empty(),
                                 "Bit rates, and how many watch each."),
                           param("watch", &Spec::watch, "Length of video that a viewer watches."),
                           param("segment", &Spec::segment,
                                 at_least(sim::Duration(std::chrono::milliseconds(100))),
                                 "Length of video that one request fetches (a segment)."),
                           param("buffer", &Spec::buffer, at_least(sim::Duration::zero()),
                                 at_most(sim::Duration(std::chrono::hours(1))),
                                 "Player buffer: length of video fetched ahead.")},
                client_params());
        }
        void check(spec::Check& check) const;
        double viewers_per_second() const;
        double mean_bitrate() const;
    };

    Streams(const Spec& spec, const Context& context);

    void connect() override { client_.connect(); }
    void start() override { crew_.run(arrive()); }
    void finish() override;
    void dismiss() override {
        crew_.dismiss();
        client_.dismiss();
    }

private:
    sim::Task<void> arrive();
    sim::Task<void> view(std::uint64_t viewer);

    Spec spec_;
    Context context_;
    Client client_;
    sim::Distribution watch_;
    sim::AliasTable renditions_;
    std::uint64_t stream_;
    Tally bytes_;
    Tally stalls_;
    Tally stalled_;
    Tally watched_;
    sim::Timeline& watching_;
    std::uint64_t segment_ = 0;
    sim::TaskGroup crew_;
};

}  // namespace models
