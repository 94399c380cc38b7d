// Any bytes as the run.json of a folder, and what follows a zero byte as its manifest: what other
// commands ask of it is refused, with a line that can be shown, or answered.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/fuzz/claim.h"
#include "tools/manifest.h"
#include "tools/run_record.h"

namespace {

namespace fs = std::filesystem;

// A folder of this process.
class Folder {
public:
    Folder() { fs::create_directory(path_); }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path() const { return path_.string(); }
    void write(const char* name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary)
            .write(text.data(), static_cast<std::streamsize>(text.size()));
    }
    void remove(const char* name) const { fs::remove(path_ / name); }

private:
    fs::path path_ = fs::temp_directory_path() / ("run_folder_fuzz." + std::to_string(getpid()));
};

// A manifest of exactly what is there, so that run.json is read, too.
std::string true_manifest(const Folder& folder) {
    tools::Manifest manifest{"run", "", true, {}};
    const auto mark = tools::mark_of(folder.path() + "/run.json");
    fuzz::claim(mark.has_value(), "a file that was written can be read", "");
    manifest.files["run.json"] = *mark;
    return tools::text_of(manifest);
}

void read(const Folder& folder) {
    std::string why_not;
    const auto run = tools::read_run(folder.path(), why_not);
    fuzz::claim(run.has_value() == why_not.empty(), "who refuses a folder says why", why_not);
    fuzz::claim(fuzz::is_safe_to_show(why_not), "why is safe to show", why_not);
    if (run) static_cast<void>(tools::record_of(*run));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    std::string_view input = fuzz::text_of(data, size);
    folder.write("run.json", fuzz::take_part(input));
    folder.write(tools::kManifest, input);
    read(folder);
    folder.write(tools::kManifest, true_manifest(folder));
    read(folder);
    return 0;
}
