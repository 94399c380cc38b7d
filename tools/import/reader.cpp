#include "tools/import/reader.h"

#include <fmt/format.h>

#include <filesystem>

#include "models/spec/documents/source_file.h"
#include "tools/import/compose.h"
#include "tools/import/kubernetes.h"
#include "tools/import/span_readers.h"
#include "tools/import/yaml_documents.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

class SystemReader {
public:
    SystemReader(System& system, Recorded& recorded) : system_(system), recorded_(recorded) {}

    void read(const std::string& file) {
        std::error_code error;
        if (std::filesystem::is_directory(file, error)) {
            return refuse(file, "this is a directory", "name its files: spate import DIR/*.yaml");
        }
        std::string why_not;
        const auto text = spec::read_text(file == "-" ? "/dev/stdin" : file, why_not);
        if (!text) return refuse(file, why_not, "");
        if (looks_like_traces(*text)) {
            read_traces_file(file, *text, system_, recorded_.spans);
        } else if (looks_like_access_log(*text)) {
            logs_.push_back({file, *text});
        } else {
            read_yaml(file, *text);
        }
    }

    void finish() {
        if (system_.problems.empty()) add_manifests(manifests_, system_);
        if (system_.problems.empty()) read_access_logs(logs_, system_, recorded_.log);
        const int kinds = (recorded_.spans.spans.empty() ? 0 : 1) + (logs_.empty() ? 0 : 1) +
                          (system_.parts.empty() ? 0 : 1);
        if (kinds < 2) return;
        system_.problems.add({{},
                              {},
                              "these are traces, access logs and files of a deployment together",
                              "import one kind, and take what is missing from another's"});
    }

private:
    void refuse(const std::string& file, std::string message, std::string hint) {
        const std::uint32_t source = system_.problems.add_data(file, {});
        system_.problems.add({{source, 0, 0, 0}, {}, std::move(message), std::move(hint)});
    }

    void read_yaml(const std::string& file, const std::string& text) {
        const std::size_t before = system_.problems.count();
        auto documents = yaml_documents(file, text, system_.problems);
        if (system_.problems.count() > before) return;
        if (documents.empty()) {
            return refuse(file, "there is nothing in it", "spate import --help says what is read");
        }
        const std::size_t parts = system_.parts.size();
        std::size_t manifests = 0;
        for (spec::Json& each : documents) {
            if (is_manifest(each)) {
                manifests_.push_back(std::move(each));
                ++manifests;
            } else if (is_compose(each)) {
                add_compose(each, system_);
            } else {
                system_.problems.add({each.place,
                                      {},
                                      "this is neither a compose file nor a manifest",
                                      "the one has \"services\", the other \"apiVersion\" and "
                                      "\"kind\"; spate import --help says what is read"});
                return;
            }
        }
        if (manifests > 0) tell(file, manifests, "manifest");
        if (system_.parts.size() > parts) {
            tell(file, system_.parts.size() - parts, "service");
        }
    }

    void tell(const std::string& file, std::size_t count, const char* what) {
        system_.read.push_back(
            fmt::format("{}: {} {}{}", file, count, what, count == 1 ? "" : "s"));
    }

    System& system_;
    Recorded& recorded_;
    std::vector<spec::Json> manifests_;
    std::vector<LogFile> logs_;
};

}  // namespace

void read_system(const std::vector<std::string>& files, System& system, Recorded& recorded) {
    SystemReader reader(system, recorded);
    for (const std::string& each : files) reader.read(each);
    reader.finish();
}

}  // namespace tools::imports
