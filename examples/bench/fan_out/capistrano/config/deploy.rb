fleet = ENV.fetch('FLEET')
set :ssh_options, {
  port: ENV.fetch('FLEET_PORT').to_i, user: ENV.fetch('FLEET_USER'), keys: ["#{fleet}/id"], keys_only: true, config: false,
  auth_methods: ['publickey'], verify_host_key: :always, user_known_hosts_file: ["#{fleet}/known_hosts"],
  global_known_hosts_file: []
}
set :format, :blackhole
desc 'Run a command on every host of FLEET_HOSTS, CONCURRENCY at a time'
task :status do
  lock = Mutex.new
  on roles(:app), in: :groups, limit: ENV.fetch('CONCURRENCY').to_i, wait: 0 do
    answer = capture('status')
    lock.synchronize { puts answer }
  end
end
