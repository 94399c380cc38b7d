#include "models/clients/client_kind.h"
#include "models/clients/open_loop.h"
#include "models/nodes.h"

namespace models {

namespace {

struct OpenLoopKind : ClientKind {
    using Node = OpenLoop;
    // As many as it sends in a second, even when all is well.
    static Sends sends(const OpenLoop::Spec& spec, CalendarTime starts) {
        return {.client = &spec, .most_at_once = spec.curve(starts).highest_rate()};
    }
    static Offered offered(const OpenLoop::Spec& spec, const std::function<double()>&) {
        return {.per_s = curve_of(spec.rate, spec.stages, spec.repeat_stages).highest_rate(),
                .note = {}};
    }
};

}  // namespace

const NodeKind& open_loop_kind() {
    static const NodeKind kind = node_kind<OpenLoopKind>();
    return kind;
}

}  // namespace models
