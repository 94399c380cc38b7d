// What users of each kind saw: a client's requests by segment, by locale and by what they ask for.
#pragma once

#include <cstdint>

#include "models/clients/attempt.h"
#include "models/clients/client_spec.h"
#include "models/clients/request_source.h"
#include "models/context.h"

namespace models {

class Splits final : public Opened<Splits> {
public:
    struct State {
        sim::Time start;
        RequestSource::Asked asked;
    };

    // One part a name; nothing that all requests have in common is a part.
    Splits(const ClientSpec& spec, sim::Meter& meter);

    bool has_parts() const { return has_parts_; }

    void open(Call& call, sim::Time start, const RequestSource::Asked& asked);
    Go answered(Call& call) override;

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    // visit(part) of each that these requests belong to.
    template <class Visit>
    void for_each_part(const RequestSource::Asked& asked, Visit visit) const {
        if (segments_ != kNone) visit(segments_ + asked.segment);
        if (locales_ != kNone) visit(locales_ + asked.locale);
        if (calls_ != kNone) visit(calls_ + asked.call);
    }

    sim::Meter& meter_;
    bool has_parts_ = false;
    std::uint32_t segments_ = kNone;  // the first of these parts
    std::uint32_t locales_ = kNone;
    std::uint32_t calls_ = kNone;
};

}  // namespace models
