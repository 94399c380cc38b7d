#include "models/filters/compression.h"

#include <algorithm>

#include "sim/math.h"

namespace models {

Compression::Compression(const Spec& spec, const FilterSite& site)
    : spec_(spec),
      work_(*this, site, "compression"),
      compressed_(site, "compressed"),
      bytes_in_(site, "compressed_bytes_in", "bytes"),
      bytes_out_(site, "compressed_bytes_out", "bytes") {}

Block* Compression::inside() {
    work_.link(outer(), nullptr);
    return this;
}

Go Compression::answered(Call& call) {
    const std::uint32_t bytes = call.response.bytes;
    if (!call.ok() || bytes == 0 || bytes < spec_.min_length.count) return back();
    const double seconds = bytes / static_cast<double>(spec_.bytes_per_second.count);
    return work_.work(call, sim::from_seconds(seconds));
}

Go Compression::compressed(Call& call) {
    const std::uint32_t before = call.response.bytes;
    const double after = std::max(1.0, before / spec_.ratio);
    call.response.bytes = static_cast<std::uint32_t>(after);
    compressed_.add();
    bytes_in_.add(before);
    bytes_out_.add(call.response.bytes);
    return back();
}

}  // namespace models
