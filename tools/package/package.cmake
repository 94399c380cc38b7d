# What `cmake --install` puts where, and the Debian package of it (`cpack` in the build folder).
include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

install(TARGETS spate)
# Not of the package, which would need OpenMPI: `cmake --install build --component mpi`.
if(TARGET spate_mpi)
    install(TARGETS spate_mpi LIBRARY DESTINATION lib/spate COMPONENT mpi EXCLUDE_FROM_ALL)
endif()
# Scenarios lie under share/spate as they do in the tree: tools/shipped.h looks for them there.
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/spate
    FILES_MATCHING PATTERN "*.json" PATTERN "*.csv")

# The program says itself what its manual page is, and what shells complete.
set(written ${CMAKE_BINARY_DIR}/installed)
install(CODE "
    set(program \"$<TARGET_FILE:spate>\")
    set(written \"${written}\")
    include(\"${CMAKE_SOURCE_DIR}/tools/package/written.cmake\")")
install(FILES ${written}/spate.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${written}/spate.bash RENAME spate
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
# Where Debian's zsh and fish look for those of packages; other systems' look elsewhere.
set(SPATE_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions CACHE STRING "zsh's completions")
set(SPATE_FISH_DIR ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING
    "fish's completions")
install(FILES ${written}/_spate DESTINATION ${SPATE_ZSH_DIR})
install(FILES ${written}/spate.fish DESTINATION ${SPATE_FISH_DIR})
install(FILES ${written}/copyright ${written}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME spate)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The Spate maintainers <spate@packages.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "rehearse a large system before its traffic arrives")
set(CPACK_PACKAGE_DESCRIPTION
    "Clients, load balancers, services, databases, queues and failures are
described in a JSON file, and a deterministic discrete-event simulator
plays them, request by request: what users would see, what it would cost,
what would break first.
.
The package holds the program, its scenarios and labs, their JSON Schema,
the manual page and completions for bash, zsh and fish.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "graphviz, librsvg2-bin, prometheus")
include(CPack)
