#include "simulators/device/scripted/library.h"

#include "simulators/device/scripted/tables.h"

#include <algorithm>
#include <array>
#include <mutex>

namespace rollover::sim::scripted {

std::vector<std::string> shipped_platforms() {
    std::vector<std::string> names;
    for (const built_in_file& one : built_in_files()) {
        names.emplace_back(one.platform);
    }
    return names;
}

tables_pointer shipped_tables(std::string_view platform) {
    const auto& files = built_in_files();
    const auto file = std::ranges::find(files, platform, &built_in_file::platform);
    if (file == files.end()) {
        return nullptr;
    }
    static std::mutex guard;
    static std::map<std::string, tables_pointer, std::less<>> made;
    const std::lock_guard lock(guard);
    tables_pointer& mine = made[std::string(platform)];
    if (!mine) {
        diagnostics mistakes;  // none: a test reads them all
        if (auto read = read_definition(file->xml, std::string(platform) + ".xml", mistakes)) {
            mine = std::make_shared<const tables>(std::move(read));
        }
    }
    return mine;
}

}  // namespace rollover::sim::scripted
