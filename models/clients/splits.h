// What users of each kind saw: a client's requests by segment, by locale and by what they ask for.
#pragma once

#include <array>
#include <cstdint>

#include "models/clients/client_spec.h"
#include "models/clients/crowd.h"
#include "models/context.h"

namespace models {

class Splits {
public:
    // One part a name; nothing that all requests have in common is a part.
    Splits(const ClientSpec& spec, sim::Meter& meter);

    // The parts that a request belongs to.
    struct Parts {
        std::array<std::uint32_t, 3> index{};
        std::uint32_t count = 0;
    };
    Parts arrived(const Crowd::Asked& asked, sim::Time start) {
        return has_parts_ ? count(asked, start) : Parts{};
    }
    void left(const Parts& parts, sim::Time start, Outcome outcome) {
        for (std::uint32_t i = 0; i < parts.count; ++i) {
            meter_.left_in(parts.index[i], start, outcome);
        }
    }

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    Parts count(const Crowd::Asked& asked, sim::Time start);

    sim::Meter& meter_;
    bool has_parts_ = false;
    std::uint32_t segments_ = kNone;  // the first of these parts
    std::uint32_t locales_ = kNone;
    std::uint32_t calls_ = kNone;
};

}  // namespace models
