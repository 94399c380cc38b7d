// How fast each eviction is, how much memory a key takes, and what the machine's memory allows.
//
//     bench_caches            10^6 keys that fit, and 10^6 of 10^7 that do not, for each policy
//     bench_caches memory     10^7 keys: bytes a key
//
// The bound is a chase: each step reads a random line of an array as large as the store's, and
// waits for it. A lookup that misses the processor's caches reads a cell of the index and an entry:
// two lines, so half of the chase's rate is what a cold hit can reach one after another.
#include <fmt/core.h>

#include <chrono>
#include <cstring>
#include <numeric>
#include <vector>

#include "models/caches/store.h"
#include "sim/zipf.h"

namespace {

using models::Key;
using models::Store;

double seconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// Million steps a second through a random cycle of 64-byte lines.
double chase(std::size_t bytes) {
    struct Line {
        std::size_t next;
        std::size_t rest[7];
    };
    std::vector<Line> lines(bytes / sizeof(Line));
    sim::ask_for_huge_pages(lines.data(), bytes);
    std::vector<std::size_t> order(lines.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sim::Draws draws(1);
    for (std::size_t at = order.size(); at-- > 1;) std::swap(order[at], order[draws.below(at + 1)]);
    for (std::size_t at = 0; at < order.size(); ++at) {
        lines[order[at]].next = order[(at + 1) % order.size()];
    }
    constexpr int kSteps = 5000000;
    std::size_t at = 0;
    const auto began = std::chrono::steady_clock::now();
    for (int step = 0; step < kSteps; ++step) at = lines[at].next;
    const double took = seconds_since(began);
    return at == lines.size() ? 0 : kSteps / took / 1e6;
}

std::vector<Key> zipf_keys(std::uint64_t ranks, double exponent, std::size_t count) {
    const sim::Zipf zipf({ranks, exponent});
    sim::Draws draws(2);
    std::vector<Key> keys(count);
    for (Key& key : keys) key = sim::mix(zipf.sample(draws));
    return keys;
}

// Million lookups a second, each miss stored; the first half warms up.
double play(const models::EvictionChoice& choice, std::uint64_t capacity,
            const std::vector<Key>& keys) {
    Store store(choice, {capacity, 3});
    const sim::Time later{std::chrono::hours(24)};
    const std::size_t half = keys.size() / 2;
    auto began = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (at == half) began = std::chrono::steady_clock::now();
        if (store.find(keys[at], {}) == models::kNoSlot) store.put(keys[at], 1, later, {});
    }
    return static_cast<double>(half) / seconds_since(began) / 1e6;
}

void print_memory() {
    constexpr std::uint64_t kKeys = 10000000;
    for (const auto& choice : models::Evictions::each()) {
        Store store(choice, {kKeys, 3});
        const sim::Time later{std::chrono::hours(24)};
        // Two and a half times as many as fit, so that ghosts are as many as they may be.
        for (Key key = 0; key < kKeys * 5 / 2; ++key) store.put(sim::mix(key), 1, later, {});
        const auto bytes = static_cast<double>(store.memory());
        const auto resident = static_cast<double>(store.size());
        const auto known = resident + static_cast<double>(store.remembered());
        fmt::print("{:<16} {:5.1f} B an entry, {:5.1f} B a key known\n", choice.kind(),
                   bytes / resident, bytes / known);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count > 1 && std::strcmp(arguments[1], "memory") == 0) {
        print_memory();
        return 0;
    }
    fmt::print("chase: {:.1f} M/s in 1 MiB, {:.1f} in 64 MiB, {:.1f} in 600 MiB\n", chase(1 << 20),
               chase(64 << 20), chase(std::size_t{600} << 20));
    const std::vector<Key> few = zipf_keys(1000, 1, 4000000);
    const std::vector<Key> fit = zipf_keys(1000000, 0.99, 10000000);
    const std::vector<Key> many = zipf_keys(10000000, 0.99, 10000000);
    for (const auto& choice : models::Evictions::each()) {
        fmt::print("{:<16} {:6.1f} M/s 100 of 10^3, {:6.1f} all of 10^6, {:6.1f} 10^6 of 10^7\n",
                   choice.kind(), play(choice, 100, few), play(choice, 1000000, fit),
                   play(choice, 1000000, many));
    }
    return 0;
}
