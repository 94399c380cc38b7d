// Compresses answers, as nginx's gzip and Express' compression do: fewer bytes on every link from
// here on, for time of the gateway's cores. What is small, or does not succeed, goes as it is.
#pragma once

#include "models/calls/tally.h"
#include "models/filters/filter_work.h"
#include "sim/figure.h"

namespace models {

class Compression final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "compression";
        static constexpr std::string_view doc =
            "Compresses the bodies of answers: fewer bytes for core time.";
        double ratio = 4;
        sim::Bytes bytes_per_second{std::uint64_t{50} << 20};
        sim::Bytes min_length{std::uint64_t{1} << 10};
        static constexpr auto figures() {
            return std::array{sim::figure("compressed", sim::Unit::count, sim::Merge::sum,
                                          "Answers that were compressed."),
                              sim::figure("compressed_bytes_in", sim::Unit::bytes, sim::Merge::sum,
                                          "Bytes of answers before they were compressed."),
                              sim::figure("compressed_bytes_out", sim::Unit::bytes, sim::Merge::sum,
                                          "Bytes of the same answers when they were.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("ratio", &Spec::ratio, at_least(1.0), at_most(1000.0),
                      "Bytes before to bytes after: JSON and HTML shrink to about a quarter with "
                      "gzip, images not at all."),
                param("bytes_per_second", &Spec::bytes_per_second, at_least(sim::Bytes{1}),
                      "Bytes that a core compresses in a second: zlib about 50 MB at level 6, 100 "
                      "MB at level 1; brotli at level 11 less than 1 MB."),
                param("min_length", &Spec::min_length,
                      "Answers shorter than this are not compressed (gzip_min_length; Express' "
                      "threshold is 1 KiB).")};
        }
    };

    Compression(const Spec& spec, const FilterSite& site);

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override;
    Block* inside() override;

private:
    Go compressed(Call& call);

    Spec spec_;
    FilterWork<Compression, &Compression::compressed> work_;
    Tally compressed_;
    Tally bytes_in_;
    Tally bytes_out_;
};

}  // namespace models
