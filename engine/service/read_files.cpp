#include "engine/service/read_files.h"

#include "engine/api/platform_folders.h"
#include "engine/model/reader.h"
#include "engine/scheduler/local_time.h"
#include "engine/scheduler/words.h"

namespace rollover::service {

result<scheduler::shared_files> read_files(const engine_options& options) {
    diagnostics mistakes;
    std::vector<std::filesystem::path> folders{api::shipped_platforms()};
    folders.insert(folders.end(), options.platforms.begin(), options.platforms.end());
    auto platforms = platform::library::read(folders, mistakes);
    std::vector<std::filesystem::path> models{api::shipped_converters()};
    models.insert(models.end(), options.converters.begin(), options.converters.end());
    auto lab = model::read_lab(options.lab, model::read_converter_models(models, mistakes));
    mistakes.insert(mistakes.end(), lab.mistakes.begin(), lab.mistakes.end());
    if (!mistakes.empty() || !lab.value) {
        return scheduler::failure_of(mistakes);
    }
    const auto zone = scheduler::local_time::in(lab.value->time_zone);
    if (!zone) {
        return failure(zone.error()).at(options.lab.string());
    }
    return std::make_shared<const scheduler::lab_files>(
        scheduler::lab_files{std::move(*lab.value), std::move(platforms)});
}

}  // namespace rollover::service
