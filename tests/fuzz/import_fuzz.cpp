// Any bytes as a compose file or manifests: refused, with problems that can be shown, or a scenario
// is made of them, which loads and plays.
#include "tests/fuzz/played.h"
#include "tools/import/compose.h"
#include "tools/import/kubernetes.h"
#include "tools/import/scenario_maker.h"
#include "tools/import/wiring.h"
#include "tools/import/yaml_documents.h"

namespace {

namespace imports = tools::imports;

void read(std::string_view input, imports::System& system) {
    auto documents = imports::yaml_documents("fuzz.yaml", std::string(input), system.problems);
    if (!system.problems.empty()) return;
    std::vector<models::spec::Json> manifests;
    for (models::spec::Json& each : documents) {
        if (imports::is_manifest(each)) {
            manifests.push_back(std::move(each));
        } else if (imports::is_compose(each)) {
            imports::add_compose(each, system);
        }
    }
    if (system.problems.empty()) imports::add_manifests(manifests, system);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    imports::System system;
    read(fuzz::text_of(data, size), system);
    const std::string shown = system.problems.render();
    fuzz::claim(fuzz::is_safe_to_show(shown), "a problem is safe to show", shown);
    if (!system.problems.empty() || !imports::has_callable(system)) return 0;
    models::ScenarioSource source;
    source.file = "imported.json";
    source.text = imports::make_scenario(system, "imported", "").text;
    const models::Loaded loaded = models::load(source);
    fuzz::claim(loaded.scenario.has_value(), "what is imported loads",
                *source.text + "\n" + loaded.problems.render());
    fuzz::play(*loaded.scenario, *source.text);
    return 0;
}
