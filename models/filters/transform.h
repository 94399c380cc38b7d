// Changes headers or bodies on the way: time of the gateway's cores, and bytes more or less.
#pragma once

#include "models/filters/drawn_time.h"
#include "models/filters/filter_work.h"
#include "models/times.h"

namespace models {

class Transform final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "transform";
        static constexpr std::string_view doc =
            "Transforms requests and answers, such as adding a header: takes core time, and is a "
            "span of its own in traces.";
        std::string name = "transform";
        Times request{};
        Times response{};
        sim::Bytes adds{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("name", &Spec::name, "Name of its spans, such as \"X-Gateway\"."),
                param("request", &Spec::request, "Core time for each request, on its way in."),
                param("response", &Spec::response, "Core time for each answer, on its way back."),
                param("adds", &Spec::adds, at_most(sim::Bytes{std::uint64_t{1} << 30}),
                      "Bytes that it adds to each answer: a header, an envelope. With 0B (the "
                      "default) none.")};
        }
    };

    Transform(const Spec& spec, const FilterSite& site);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Block* inside() override;

private:
    Go transformed(Call&) { return on(); }
    Go answer_transformed(Call& call);

    DrawnTime request_;
    DrawnTime response_;
    std::uint64_t adds_;
    bool changes_answers_;
    FilterWork<Transform, &Transform::transformed> before_;
    FilterWork<Transform, &Transform::answer_transformed> after_;
};

}  // namespace models
