#include "models/clients/client_kind.h"
#include "models/clients/streams.h"
#include "models/nodes.h"

namespace models {

namespace {

struct StreamsKind : ClientKind {
    using Node = Streams;
    static constexpr auto figures = joined(
        ClientKind::figures,
        std::array{
            figure("watching", Unit::count, Merge::over_time, "Viewers currently watching."),
            figure("bytes_streamed", Unit::bytes, Merge::sum, "Bytes of video fetched."),
            figure("stalls", Unit::count, Merge::sum,
                   "Rebuffering: times that a picture stood still because the player's buffer was "
                   "empty."),
            figure("stalled", Unit::seconds, Merge::sum,
                   "Rebuffering time: how long pictures stood still, summed over all viewers."),
            figure("rebuffer_ratio", Unit::share, Merge::mean,
                   "Rebuffer ratio: share of the time that viewers spent in which pictures stood "
                   "still."),
            figure("watched", Unit::seconds, Merge::sum,
                   "Length of video watched, summed over all viewers."),
            figure("bit_rate", Unit::per_second, Merge::mean, "Bits of video fetched a second.")});
    static Sends sends(const Streams::Spec& spec, CalendarTime) {
        return {.client = &spec, .most_at_once = spec.viewers_per_second()};
    }
    static constexpr None offered{"Viewers fetch as their players' buffers empty."};
};

}  // namespace

const NodeKind& streams_kind() {
    static const NodeKind kind = node_kind<StreamsKind>();
    return kind;
}

}  // namespace models
