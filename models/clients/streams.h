// Byte streams: viewers of videos, who fetch segment after segment at the bit rate they watch.
//
// A viewer arrives, fetches segments until so much is buffered, and then one for each that is
// played; when the buffer runs dry the picture stands still until the next segment is there
// (rebuffering). Latencies are those of the segments' requests; a segment's bytes then take their
// time on the viewer's own line, after those that the links took for as many bytes as the answer
// has. So where it says how large it is (a CDN), links can be what makes the picture stand still.
// Volumes are decimal: 10 TB a day is 10^13 bytes / 86,400 s, or 0.926 Gbit/s.
#pragma once

#include <chrono>
#include <memory>
#include <string>
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
    std::string call;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("bitrate", &Rendition::bitrate, "Bits a second of video."),
                          param("call", &Rendition::call,
                                "Which of the client's calls fetches its segments, by name. "
                                "Without it, any by their weights."),
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
        std::uint32_t concurrent = 0;
        std::vector<Rendition> renditions = {{}};
        spec::Distribution<sim::Duration> watch =
            spec::Exponential<sim::Duration>{std::chrono::minutes(10)};
        sim::Duration segment = std::chrono::seconds(4);
        sim::Duration buffer = std::chrono::seconds(30);
        bool segment_keys = false;
        bool adaptive = false;
        sim::Fraction bandwidth_fraction = kUsualFraction;
        sim::Duration retry_delay = std::chrono::seconds(1);
        static constexpr sim::Fraction kUsualFraction{0.8};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{param("volume_per_day", &Spec::volume_per_day,
                                 "Bytes of video streamed a day, from which the rate of new "
                                 "viewers follows."),
                           param("viewers", &Spec::viewers, at_least(0.0), at_most(1e9),
                                 "Rate of viewers who begin to watch, instead of volume_per_day."),
                           param("concurrent", &Spec::concurrent, at_most(10000000u),
                                 "Number of viewers at any time, instead of volume_per_day: who "
                                 "has seen it all is followed by the next at once."),
                           param("renditions", &Spec::renditions, not_empty(),
                                 "Bit rates, and how many watch each."),
                           param("watch", &Spec::watch, "Length of video that a viewer watches."),
                           param("segment", &Spec::segment,
                                 at_least(sim::Duration(std::chrono::milliseconds(100))),
                                 "Length of video that one request fetches (a segment)."),
                           param("buffer", &Spec::buffer, at_least(sim::Duration::zero()),
                                 at_most(sim::Duration(std::chrono::hours(1))),
                                 "Player buffer: length of video fetched ahead."),
                           param("segment_keys", &Spec::segment_keys,
                                 "Whether each segment is an item of its own. The population's "
                                 "keys are the videos then, and a viewer watches one. If not (the "
                                 "default), each request's item is drawn by itself."),
                           param("adaptive", &Spec::adaptive,
                                 "Adaptive bit rate: the next segment is of the best rendition "
                                 "whose bit rate is below `bandwidth_fraction` of what the last "
                                 "one came at; the first is of the lowest. If not (the default), "
                                 "a viewer stays with one."),
                           param("bandwidth_fraction", &Spec::bandwidth_fraction,
                                 "Share of the bandwidth seen last that an adaptive player counts "
                                 "on (ExoPlayer's bandwidthFraction is 0.7, the "
                                 "abrBandWidthFactor of hls.js 0.95)."),
                           param("retry_delay", &Spec::retry_delay,
                                 at_least(sim::Duration(std::chrono::milliseconds(1))),
                                 at_most(sim::Duration(std::chrono::hours(1))),
                                 "Time after which a player asks again for a segment that it did "
                                 "not get (retryDelayMs of hls.js).")},
                client_params());
        }
        void check(spec::Check& check) const;
        double viewers_per_second() const;
        double mean_bitrate() const;
    };

    Streams(const Spec& spec, const Context& context);

    void connect() override { client_.connect(); }
    void start() override;
    void finish() override;
    void dismiss() override {
        crew_.dismiss();
        client_.dismiss();
    }

private:
    sim::Task<void> arrive();
    sim::Task<void> sit(std::uint64_t seat);
    sim::Task<void> view(std::uint64_t viewer);
    TracedRequest segment_of(std::uint64_t video, std::uint64_t number, std::size_t rendition);
    std::size_t best_below(double bits_per_second) const;

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
    Trace asked_;  // what is said of each request
    std::unique_ptr<KeyLaw> videos_;
    std::vector<std::uint16_t> calls_;  // of each rendition, among those that it names
    std::uint64_t segment_ = 0;
    std::uint64_t viewers_ = 0;  // of those who follow one another
    sim::TaskGroup crew_;
};

}  // namespace models
