// Any bytes as a file laid over a scenario that plays; what follows zero bytes is two --set, and
// which scenario it is. What comes of it is refused, with problems that can be shown, or played.
#include <array>
#include <fstream>
#include <iterator>

#include "models/spec/documents/overlay.h"
#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "tests/fuzz/played.h"

namespace {

constexpr std::array kBases = {"models/prices/book",
                               "stories/hpa_spike",
                               "stories/consumer_lag",
                               "models/arrivals/stages",
                               "stories/retry_storm",
                               "stories/zone_outage",
                               "stories/redis_cluster_partition",
                               "models/nodes/gateway"};

models::spec::Json read_base(const char* name) {
    const std::string file = std::string(SPATE_SOURCE_DIR "/scenarios/") + name + ".json";
    std::ifstream in(file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    models::spec::Problems problems;
    models::spec::Json base = models::spec::read(file, text, problems);
    fuzz::claim(problems.empty() && !base.is_null(), "a scenario to lay over is there", file);
    return base;
}

const models::spec::Json& base_of(std::string_view choice) {
    static const std::vector<models::spec::Json> bases = [] {
        std::vector<models::spec::Json> read;
        for (const char* name : kBases) read.push_back(read_base(name));
        return read;
    }();
    const auto number = choice.empty() ? 0U : static_cast<unsigned char>(choice.front());
    return bases[number % bases.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input = fuzz::text_of(data, size);
    const std::string_view laid_over = fuzz::take_part(input);
    models::ScenarioSource source;
    for (int i = 0; i < 2; ++i) {
        const std::string_view set = fuzz::take_part(input);
        if (!set.empty()) source.sets.emplace_back(set);
    }
    models::spec::Json document = base_of(input);
    if (!laid_over.empty()) {
        models::spec::Problems problems;
        models::spec::Json overlay =
            models::spec::read("overlay.json", std::string(laid_over), problems);
        if (!problems.empty()) return 0;  // scenario_fuzz has these
        models::spec::overlay(document, std::move(overlay));
    }
    source.file = "fuzz.json";
    source.text = models::spec::compact_text(document);
    fuzz::load_and_play(source);
    return 0;
}
