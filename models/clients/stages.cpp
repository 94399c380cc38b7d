#include "models/clients/stages.h"

namespace models {

RateCurve curve_of(sim::Rate start, const std::vector<Stage>& stages, bool repeats) {
    std::vector<RateCurve::Line> lines;
    double rate = start.per_second;
    for (const Stage& stage : stages) {
        const double target = stage.target.per_second;
        lines.push_back({sim::seconds(stage.duration), rate, target});
        rate = target;
    }
    return {lines, rate, repeats ? RateCurve::After::repeats : RateCurve::After::stays};
}

}  // namespace models
