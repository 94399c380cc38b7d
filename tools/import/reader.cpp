#include "tools/import/reader.h"

#include <fmt/format.h>

#include <filesystem>

#include "models/spec/documents/source_file.h"
#include "tools/import/compose.h"
#include "tools/import/yaml_documents.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

void refuse_file(const std::string& file, std::string message, std::string hint, System& system) {
    const std::uint32_t source = system.problems.add_data(file, {});
    system.problems.add({{source, 0, 0, 0}, {}, std::move(message), std::move(hint)});
}

void read_yaml_file(const std::string& file, const std::string& text, System& system) {
    const std::size_t before = system.problems.count();
    const auto documents = yaml_documents(file, text, system.problems);
    if (system.problems.count() > before) return;
    const std::size_t parts = system.parts.size();
    for (const spec::Json& each : documents) {
        if (is_compose(each)) {
            add_compose(each, system);
        } else {
            system.problems.add(
                {each.place, {}, "this is no compose file", "a compose file has \"services\""});
            return;
        }
    }
    if (documents.empty()) {
        return refuse_file(file, "there is nothing in it", "spate import --help says what is read",
                           system);
    }
    system.read.push_back(fmt::format("{}: {} services", file, system.parts.size() - parts));
}

}  // namespace

void read_system_file(const std::string& file, System& system) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        return refuse_file(file, "this is a directory", "name its files: spate import DIR/*.yaml",
                           system);
    }
    std::string why_not;
    const auto text = spec::read_text(file == "-" ? "/dev/stdin" : file, why_not);
    if (!text) return refuse_file(file, why_not, "", system);
    read_yaml_file(file, *text, system);
}

}  // namespace tools::imports
