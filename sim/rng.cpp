#include "sim/rng.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/math.h"

namespace sim {

std::uint64_t name_hash(std::string_view name) {
    return XXH3_64bits(name.data(), name.size());
}

// A chain of mixes: which part is which matters, so ("a", "bc") and ("ab", "c") differ.
std::uint64_t stream_key(Seed seed, std::string_view entity_path, std::string_view purpose) {
    std::uint64_t key = mix(seed.run + 0x9e3779b97f4a7c15u);
    key = mix(key + mix(seed.replication + 0xbb67ae8584caa73bu));
    key = mix(key + name_hash(entity_path));
    return mix(key + name_hash(purpose));
}

// Beyond the lowest box the exponential is itself again, moved by the tail's start.
double Draws::exponential_edge(std::uint64_t layer, double x) {
    const Ziggurat& ziggurat = kExponentialZiggurat;
    if (layer == 0) return ziggurat.tail + exponential();
    const double low = ziggurat.heights[layer], high = ziggurat.heights[layer + 1];
    if (low + uniform() * (high - low) < exp(-x)) return x;
    return exponential();
}

// The tail is Marsaglia's (1964): an exponential of rate `tail`, kept with probability
// exp(-x^2 / 2).
double Draws::normal_edge(std::uint64_t layer, double x) {
    const Ziggurat& ziggurat = kNormalZiggurat;
    if (layer == 0) {
        double beyond = 0;
        do beyond = exponential() / ziggurat.tail;
        while (2 * exponential() < beyond * beyond);
        return x < 0 ? -ziggurat.tail - beyond : ziggurat.tail + beyond;
    }
    const double low = ziggurat.heights[layer], high = ziggurat.heights[layer + 1];
    if (low + uniform() * (high - low) < exp(-0.5 * x * x)) return x;
    return normal();
}

}  // namespace sim
