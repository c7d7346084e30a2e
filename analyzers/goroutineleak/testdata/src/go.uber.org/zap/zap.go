// Package zap stands for the logger of that name.
package zap

type Option func(*Logger)

type Logger struct{ hooks []func(string) error }

func New(options ...Option) *Logger {
	l := new(Logger)
	for _, o := range options {
		o(l)
	}
	return l
}

func Hooks(hooks ...func(string) error) Option {
	return func(l *Logger) { l.hooks = append(l.hooks, hooks...) }
}
