role :app, File.readlines(ENV.fetch('FLEET_HOSTS'), chomp: true)
