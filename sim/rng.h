// Chance with names: a stream is a hash of who draws and what for, and its n-th draw is a function
// of (stream, n) alone. No order of creation, event or thread can change what anybody draws.
//
//     Draws jitter(stream_key(seed, "web/3", "jitter"));              // one stream of an entity
//     Draws demand(request_key(demand_stream, request.number));       // one request's own draws
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/uint128.h"
#include "sim/ziggurat.h"

namespace sim {

// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", 2014; constants: Stafford's variant 13). A bijection in which every input bit flips
// every output bit about half of the time.
constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

// XXH3, 64 bits.
std::uint64_t name_hash(std::string_view name);

struct Seed {
    std::uint64_t run = 0;
    std::uint64_t replication = 0;
};

std::uint64_t stream_key(Seed seed, std::string_view entity_path, std::string_view purpose);

// The key of one request in a stream: mixed, because requests are numbered 0, 1, 2, ...
constexpr std::uint64_t request_key(std::uint64_t stream, std::uint64_t request_number) {
    return mix(stream + request_number * 0xd1342543de82ef95u);
}

// Random numbers from a key: draw n is mix(key + n * gamma), n = 1, 2, ...
//
// This is SplitMix64 read as a counter-based generator, and it was chosen by measurement: next to
// Random123's on one x86-64 core, one draw of a stream takes 0.6 of ARS-5's time (with the AES
// instructions, which not every machine has) and 0.18 of Philox4x32-10's; the first draw of a
// request, its key included, takes 1.3 and 0.29 of theirs. What it gives up: a stream has no
// counter of its own, so streams whose keys lie close in steps of gamma share draws. Keys are
// hashes: among 10^4 streams of 10^7 draws the chance that any two meet is 5 * 10^-5, and among
// 10^9 requests of ten draws about one pair does, which no statistic sees. rng_test.cpp checks the
// draws as a simulation sees them: across requests and interleaved.
class Draws {
public:
    explicit constexpr Draws(std::uint64_t key) : state_(key) {}

    constexpr std::uint64_t next() { return mix(state_ += kGamma); }

    // In [0, 1), a multiple of 2^-53.
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    // In (0, 1): 52 bits and a half, because 53 bits and a half would round up to 1.
    constexpr double uniform_open() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }

    // 0, 1, ... n - 1, each equally likely; n > 0. Lemire, "Fast random integer generation in an
    // interval", 2019: the high half of a product, drawn again in the few cases that would bias it.
    constexpr std::uint64_t below(std::uint64_t n) {
        Uint128 product = static_cast<Uint128>(next()) * n;
        if (static_cast<std::uint64_t>(product) < n) {
            const std::uint64_t biased = (0 - n) % n;
            while (static_cast<std::uint64_t>(product) < biased)
                product = static_cast<Uint128>(next()) * n;
        }
        return static_cast<std::uint64_t>(product >> 64);
    }

    // True with this probability: never for 0, always for 1.
    constexpr bool chance(double probability) { return uniform() < probability; }

    // Exponential with mean 1.
    double exponential() {
        const std::uint64_t bits = next();
        const Ziggurat::Layer& layer = kExponentialZiggurat.layers[bits & 255];
        const double x = static_cast<double>(bits >> 11) * layer.step;
        return x < layer.inner ? x : exponential_edge(bits & 255, x);
    }

    // Normal with mean 0 and standard deviation 1. The sign is the top bit: no branch depends on
    // it.
    double normal() {
        const std::uint64_t bits = next();
        const Ziggurat::Layer& layer = kNormalZiggurat.layers[bits & 255];
        const double x = static_cast<double>(static_cast<std::int64_t>(bits) >> 10) * layer.step;
        return (x < 0 ? -x : x) < layer.inner ? x : normal_edge(bits & 255, x);
    }

private:
    static constexpr std::uint64_t kGamma = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio, odd

    // The 1 or 2 % of draws that fall outside the inner part of their layer.
    double exponential_edge(std::uint64_t layer, double x);
    double normal_edge(std::uint64_t layer, double x);

    std::uint64_t state_;
};

}  // namespace sim
